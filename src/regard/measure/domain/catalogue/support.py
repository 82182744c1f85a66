"""Support."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.measure.domain.metric import Metric, Target, Variant

METRICS = (
    Metric(
        id="ticket_volume",
        name=_("Tickets created / closed / open"),
        formula=_("tickets opened in the period"),
        unit="count",
        direction="down",
        sphere="head",
        row=27,
        counts="tickets",
        splits=("category", "channel", "priority", "agent", "country"),
        variants={
            "solved": Variant(_("tickets solved in the period")),
        },
        zero_without_rows=True,
    ),
    Metric(
        id="ticket_to_order",
        name=_("Ticket-to-order rate"),
        formula=_("tickets opened ÷ purchases in the period × 100; a split tells the tickets apart"),
        unit="percent",
        direction="down",
        sphere="head",
        row=28,
        counts="tickets",
        splits=("category", "channel", "country"),
        n_is_shared=True,
    ),
    Metric(
        id="contact_rate",
        name=_("Contact rate"),
        formula=_(
            "those who opened a ticket in the period, of the customers with a purchase in the 365 "
            "days to its end × 100"
        ),
        unit="percent",
        direction="down",
        sphere="head",
        row=29,
        benchmark=_("over 33% something is wrong"),
        target=Target("most", 33),
        variants={
            "lifetime": Variant(
                _(
                    "those who opened a ticket in the period, of all customers with a purchase to its "
                    "end × 100"
                )
            ),
        },
        n_repeats=True,
        looks_back=365,
    ),
    Metric(
        id="contacts_per_customer",
        name=_("Touchpoints per customer"),
        formula=_("tickets opened in the period ÷ customers who opened them"),
        unit="count",
        direction="down",
        sphere="head",
        row=30,
        benchmark=_("it rises before the contact rate does"),
        splits=(
            "category",
            "channel",
            "priority",
            "agent",
        ),
        n_repeats=True,
    ),
    Metric(
        id="contact_reason_share",
        name=_("Contact reasons"),
        formula=_("tickets of a category ÷ tickets × 100, of those opened in the period"),
        unit="percent",
        direction="none",
        sphere="head",
        row=31,
        counts="tickets",
        benchmark=_("to be looked at each week"),
        splits=("category",),
        always_split=True,
        change="points",
        n_is_shared=True,
    ),
    Metric(
        id="wismo_share",
        name=_('"Where is my order" share'),
        formula=_(
            "tickets that ask where an order is ÷ tickets × 100, of those opened in the period with a "
            "subject that is understood"
        ),
        unit="percent",
        direction="down",
        sphere="head",
        row=32,
        counts="tickets",
        benchmark=_("case 17%→5%"),
        splits=("channel", "agent"),
        change="points",
    ),
    Metric(
        id="frt",
        name=_("First response time (mean and median)"),
        formula=_(
            "mean hours from the opening of a ticket to its first answer, of the tickets "
            "first answered in the period; the median beside it. Tickets without an answer, or with one "
            "before they were opened, are left out; no helpdesk tells which answers are automatic, so all count"
        ),
        unit="hours",
        direction="down",
        sphere="head",
        row=33,
        counts="tickets",
        benchmark=_("customers want answers in 10 minutes; 4 days are too long"),
        splits=(
            "category",
            "channel",
            "priority",
            "agent",
        ),
        variants={
            "resolved": Variant(
                _(
                    "mean hours from opening to first answer, of the tickets solved in the period that "
                    "were answered"
                )
            ),
        },
    ),
    Metric(
        id="fcr",
        name=_("First contact resolution"),
        formula=_("resolved at first contact ÷ resolutions × 100"),
        unit="percent",
        direction="up",
        sphere="head",
        row=34,
        benchmark=_("70–75% average standard"),
        needs=_("messages of tickets: a helpdesk tells when a ticket was answered first, not each message"),
        variants={
            "inquiries": Variant(
                _("issues resolved at the first contact ÷ all different issues × 100, resolved or not"),
                needs=_("which messages belong to one contact"),
            ),
        },
    ),
    Metric(
        id="one_touch_share",
        name=_("One-touch tickets"),
        formula=_("tickets closed with one reply ÷ tickets"),
        unit="percent",
        direction="up",
        sphere="head",
        row=35,
        needs=_("messages of tickets: a helpdesk tells when a ticket was answered first, not each message"),
    ),
    Metric(
        id="ttr",
        name=_("Resolution time: TTR, RT, ART, MTTR (mean and median)"),
        formula=_(
            "mean hours from the opening of a ticket to its solution, of the tickets solved "
            "in the period; the median beside it. No helpdesk tells yet which were settled "
            "without a person, so all count"
        ),
        unit="hours",
        direction="down",
        sphere="head",
        row=36,
        counts="tickets",
        benchmark=_("under 24 hours is good; some aim at 4"),
        target=Target("most", 24),
        splits=(
            "category",
            "channel",
            "priority",
            "agent",
        ),
        variants={
            "by_people": Variant(
                _(
                    "mean hours from the opening of a ticket to its solution, of the tickets solved in the "
                    "period, without those that were settled by automation"
                ),
                target=Target("most", 24),
                needs=_("which tickets were settled without a person"),
            ),
        },
    ),
    Metric(
        id="total_resolution_time",
        name=_("Total resolution time"),
        formula=_("sum of the hours from opening to solution, of the tickets solved in the period"),
        unit="hours",
        direction="down",
        sphere="head",
        row=37,
        counts="tickets",
        benchmark=_("when it rises over months, think of hiring"),
        splits=(
            "category",
            "channel",
            "priority",
            "agent",
        ),
        zero_without_rows=True,
    ),
    Metric(
        id="abandonment_rate",
        name=_("Conversation abandonment"),
        formula=_("abandoned ÷ all incidents (calls, e-mails, chats) × 100"),
        unit="percent",
        direction="down",
        sphere="head",
        row=38,
        needs=_("conversations that customers gave up"),
    ),
    Metric(
        id="ticket_backlog",
        name=_("Open-ticket backlog"),
        formula=_("tickets that were open at the end of the period"),
        unit="count",
        direction="down",
        sphere="head",
        row=39,
        counts="tickets",
        splits=("category", "channel", "priority", "agent", "country"),
        n_repeats=True,
        zero_without_rows=True,
        looks_back=1,
    ),
    Metric(
        id="revenue_backlog",
        name=_("Backlog (revenue)"),
        formula=_("Σ value of customers' subscriptions not yet billed"),
        unit="money",
        direction="up",
        sphere="head",
        row=40,
        benchmark=_("look-ahead for revenue drop"),
        needs=_("subscriptions and their monthly value"),
    ),
    Metric(
        id="escalation_rate",
        name=_("Escalations"),
        formula=_("escalated tickets ÷ tickets × 100, of those opened in the period"),
        unit="percent",
        direction="down",
        sphere="head",
        row=41,
        counts="tickets",
        splits=(
            "category",
            "channel",
            "priority",
            "agent",
        ),
    ),
)
