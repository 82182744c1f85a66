"""What the learned churn risk looks at, told of a customer in plain words; inputs that say one thing are one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from regard.core.money import money_text
from regard.predict.domain.churn.telling import Contribution
from regard.ui.templatetags.figures import rounded


@dataclass(frozen=True)
class Facts:
    """values: of the inputs that are known of the customer, by name. currency: the store's."""

    values: Mapping[str, float]
    currency: str


@dataclass(frozen=True)
class Subject:
    """inputs: that say something of it; words: one known of them in words, "" where another says it already."""

    label: Promise
    inputs: tuple[str, ...]
    words: Mapping[str, Callable[[float, Facts], str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """A subject of a customer. points: what its inputs add together; sentence: "" where none of them is known."""

    label: str
    points: float
    sentence: str


def told_of(contributions: Iterable[Contribution], currency: str) -> list[Told]:
    """The subjects that the model looks at, what moves the risk the most first."""
    by_name = {each.input: each for each in contributions}
    known = {each.input: each.value for each in by_name.values() if each.value is not None}
    facts = Facts(known, currency)
    told = [
        _told(subject, [by_name[name] for name in subject.inputs if name in by_name], facts)
        for subject in SUBJECTS
        if by_name.keys() & set(subject.inputs)
    ]
    return sorted(told, key=lambda each: -abs(each.points))


def _told(subject: Subject, parts: list[Contribution], facts: Facts) -> Told:
    said = [words(facts.values[name], facts) for name, words in subject.words.items() if name in facts.values]
    return Told(str(subject.label), sum(part.points for part in parts), "; ".join(filter(None, said)))


def _number(value: float) -> str:
    return rounded(value, 0 if abs(value) >= 10 or round(value, 1) == round(value) else 1)


def _percent(share: float) -> str:
    return rounded(100 * share, 0)


def _recency(days: float, facts: Facts) -> str:
    by_gap = facts.values.get("recency_by_gap")
    said = ngettext("%(days)s day since the last order", "%(days)s days since the last order", int(days))
    if not by_gap:
        return said % {"days": _days(days)}
    usual = _("usual gap %(gap)s") % {"gap": _days(days / by_gap)}
    return f"{said % {'days': _days(days)}}; {usual}"


def _days(days: float) -> str:
    return rounded(int(days), 0)


def _orders(count: float, facts: Facts) -> str:
    said = ngettext("%(count)s order", "%(count)s orders", int(count)) % {"count": _number(count)}
    a_year = facts.values.get("orders_a_year")
    return said if a_year is None else f"{said}, {_('%(count)s a year') % {'count': _number(a_year)}}"


def _average_order(minor: float, facts: Facts) -> str:
    return _("%(amount)s on average") % {"amount": money_text(round(minor), facts.currency)}


def _last_by_earlier(share: float, _facts: Facts) -> str:
    return _("the last one was worth %(percent)s %% of those before") % {"percent": _percent(share)}


def _refunded(share: float, _facts: Facts) -> str:
    return _("%(percent)s %% of the money was paid back") % {"percent": _percent(share)}


def _troubled(share: float, _facts: Facts) -> str:
    return _("%(percent)s %% of the orders were called off or paid back") % {"percent": _percent(share)}


def _late(share: float, _facts: Facts) -> str:
    return _("%(percent)s %% of the deliveries were late") % {"percent": _percent(share)}


def _reviews(count: float, _facts: Facts) -> str:
    if not count:
        return _("no review yet")
    return ngettext("%(count)s review", "%(count)s reviews", int(count)) % {"count": _number(count)}


def _last_rating(stars: float, _facts: Facts) -> str:
    return _("the last with %(stars)s of 5 stars") % {"stars": _number(stars)}


def _last_nps(rating: float, _facts: Facts) -> str:
    return _("gave %(rating)s of 10 last") % {"rating": _number(rating)}


def _nps_drop(steps: float, _facts: Facts) -> str:
    if not steps:
        return _("as before")
    said = _("%(steps)s less than before") if steps > 0 else _("%(steps)s more than before")
    return said % {"steps": _number(abs(steps))}


def _of_100(text: Promise) -> Callable[[float, Facts], str]:
    return lambda value, _facts: str(text) % {"value": rounded(value, 0)}


def _answers(count: float, _facts: Facts) -> str:
    if not count:
        return _("no survey answered yet")
    return ngettext("%(count)s survey answered", "%(count)s surveys answered", int(count)) % {
        "count": _number(count)
    }


def _path(points: float, _facts: Facts) -> str:
    if round(points) == 0:
        return _("steady")
    said = (
        _("rises by %(points)s points in 90 days")
        if points > 0
        else _("falls by %(points)s points in 90 days")
    )
    return said % {"points": rounded(abs(points), 0)}


def _direction(moved: float, _facts: Facts) -> str:
    if not moved:
        return _("the last answer was as the one before")
    return _("the last answer was better than the one before") if moved > 0 else _(
        "the last answer was worse than the one before"
    )  # fmt: skip


def _visit(days: float, _facts: Facts) -> str:
    said = ngettext("last seen %(days)s day ago", "last seen %(days)s days ago", int(days))
    return said % {"days": _days(days)}


def _tickets(count: float, _facts: Facts) -> str:
    if not count:
        return _("never asked for help")
    return ngettext("%(count)s ticket", "%(count)s tickets", int(count)) % {"count": _number(count)}


def _open_ticket(days: float, _facts: Facts) -> str:
    said = ngettext("one open for %(days)s day", "one open for %(days)s days", int(days))
    return said % {"days": _days(days)}


def _escalated(days: float, _facts: Facts) -> str:
    said = ngettext("one escalated %(days)s day ago", "one escalated %(days)s days ago", int(days))
    return said % {"days": _days(days)}


def _season(_value: float, _facts: Facts) -> str:
    return _("the same for all customers")


SUBJECTS = (
    Subject(
        gettext_lazy("Last order"),
        ("recency", "recency_by_gap", "recency_by_tenure", "own_gap"),
        {"recency": _recency},
    ),
    Subject(gettext_lazy("Number of orders"), ("orders", "orders_a_year"), {"orders": _orders}),
    Subject(
        gettext_lazy("Order value"),
        ("average_order", "last_order_by_earlier"),
        {"average_order": _average_order, "last_order_by_earlier": _last_by_earlier},
    ),
    Subject(
        gettext_lazy("Orders kept"), ("refunded", "troubled"), {"refunded": _refunded, "troubled": _troubled}
    ),
    Subject(gettext_lazy("Deliveries"), ("late",), {"late": _late}),
    Subject(
        gettext_lazy("Reviews"),
        ("reviews", "last_rating"),
        {"reviews": _reviews, "last_rating": _last_rating},
    ),
    Subject(
        gettext_lazy("Recommendation (NPS)"),
        ("last_nps", "nps_drop"),
        {"last_nps": _last_nps, "nps_drop": _nps_drop},
    ),
    Subject(
        gettext_lazy("Satisfaction"),
        ("last_csat", "products", "first_satisfaction", "answers"),
        {
            "last_csat": _of_100(gettext_lazy("%(value)s of 100 last")),
            "products": _of_100(gettext_lazy("%(value)s of 100 with products")),
            "first_satisfaction": _of_100(gettext_lazy("%(value)s of 100 with the first order")),
            "answers": _answers,
        },
    ),
    Subject(
        gettext_lazy("Path of satisfaction"),
        ("direction", "trend"),
        {"direction": _direction, "trend": _path},
    ),
    Subject(gettext_lazy("Visits"), ("visit",), {"visit": _visit}),
    Subject(
        gettext_lazy("Help"),
        ("tickets", "open_ticket", "escalated", "support"),
        {
            "tickets": _tickets,
            "open_ticket": _open_ticket,
            "escalated": _escalated,
            "support": _of_100(gettext_lazy("%(value)s of 100 content with help")),
        },
    ),
    Subject(gettext_lazy("Time of the year"), ("season_cos", "season_sin"), {"season_cos": _season}),
)
