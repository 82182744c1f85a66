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
        source="row 27; 000,002,003",
        splits=(
            "category",
            "channel",
            "priority",
            "agent",
        ),
        variants={
            "solved": Variant(_("tickets solved in the period")),
        },
    ),
    Metric(
        id="ticket_to_order",
        name=_("Ticket-to-order rate"),
        formula=_("tickets opened ÷ purchases in the period × 100; a split tells the tickets apart"),
        unit="percent",
        direction="down",
        sphere="head",
        source="row 28; 002",
        splits=(
            "category",
            "channel",
        ),
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
        source="row 29; 003",
        benchmark=_("over 33% = programme needs repair"),
        target=Target("most", 33),
        variants={
            "lifetime": Variant(_("the same of the customers with a purchase at any time to its end")),
        },
        n_repeats=True,
    ),
    Metric(
        id="contacts_per_customer",
        name=_("Touchpoints per customer"),
        formula=_("tickets opened in the period ÷ customers who opened them"),
        unit="count",
        direction="down",
        sphere="head",
        source="row 30; 003",
        benchmark=_("leading sign for the contact rate"),
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
        source="row 31; 002",
        benchmark=_("weekly report"),
        splits=("category",),
        always_split=True,
        change="points",
        n_is_shared=True,
    ),
    Metric(
        id="wismo_share",
        name=_('"Where is my order" share'),
        formula=_("WISMO tickets ÷ tickets"),
        unit="percent",
        direction="down",
        sphere="head",
        source="row 32; 003",
        benchmark=_("case 17%→5%"),
        needs=_("the intent of a ticket, which helpdesks name in many ways"),
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
        source="row 33; 002,003",
        benchmark=_("003: customers want answers in 10 min, 4 days unacceptable"),
        splits=(
            "category",
            "channel",
            "priority",
            "agent",
        ),
        variants={
            "resolved": Variant(_("the same of the tickets solved in the period and answered")),
        },
    ),
    Metric(
        id="fcr",
        name=_("First contact resolution"),
        formula=_("resolved at first contact ÷ resolutions (002) or ÷ unique inquiries (003) × 100"),
        unit="percent",
        direction="up",
        sphere="head",
        source="row 34; 000–003",
        benchmark=_("70–75% average standard"),
        needs=_("messages of tickets: a helpdesk tells when a ticket was answered first, not each message"),
    ),
    Metric(
        id="one_touch_share",
        name=_("One-touch tickets"),
        formula=_("tickets closed with one reply ÷ tickets"),
        unit="percent",
        direction="up",
        sphere="head",
        source="row 35; 002",
        benchmark=_("— (treated as fcr in 002)"),
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
        source="row 36; 000–003",
        benchmark=_("001: <24 h; dashboard sample target <4 h"),
        target=Target("most", 24),
        splits=(
            "category",
            "channel",
            "priority",
            "agent",
        ),
    ),
    Metric(
        id="total_resolution_time",
        name=_("Total resolution time"),
        formula=_("sum of the hours from opening to solution, of the tickets solved in the period"),
        unit="hours",
        direction="down",
        sphere="head",
        source="row 37; 003",
        benchmark=_("steady rise over months = consider hiring"),
        splits=(
            "category",
            "channel",
            "priority",
            "agent",
        ),
    ),
    Metric(
        id="abandonment_rate",
        name=_("Conversation abandonment"),
        formula=_("abandoned ÷ all incidents (calls, e-mails, chats) × 100"),
        unit="percent",
        direction="down",
        sphere="head",
        source="row 38; 003",
        needs=_("conversations that customers gave up"),
    ),
    Metric(
        id="ticket_backlog",
        name=_("Open-ticket backlog"),
        formula=_("tickets that were open at the end of the period"),
        unit="count",
        direction="down",
        sphere="head",
        source="row 39; 003",
        splits=(
            "category",
            "channel",
            "priority",
            "agent",
        ),
        n_repeats=True,
    ),
    Metric(
        id="revenue_backlog",
        name=_("Backlog (revenue)"),
        formula=_("Σ value of customers' subscriptions not yet billed"),
        unit="money",
        direction="up",
        sphere="head",
        source="row 40; 003",
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
        source="row 41; 000",
        splits=(
            "category",
            "channel",
            "priority",
            "agent",
        ),
    ),
)
