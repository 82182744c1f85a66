"""Charts of what a store sells."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from regard.core.models import Store
from regard.core.money import money_text
from regard.profile.domain.weekly_orders import orders_by_week
from regard.ui.charts.chart import Chart, Drawing, Headline, Series, StoreChart, store_charts
from regard.ui.charts.weeks import last_weeks, week_name


def orders_chart(store: Store) -> Chart:
    weeks = orders_by_week(store, last_weeks(store))
    names = tuple(week_name(week.monday) for week in weeks)
    last, before = weeks[-2], weeks[-3]
    known = any(week.orders for week in weeks)
    return Chart(
        title=_("Orders a week"),
        summary=_("Orders a week, from %(first)s to %(last)s; last week %(orders)s.")
        % {"first": names[0], "last": names[-1], "orders": last.orders},
        n=_("n = %s.") % number_format(sum(week.orders for week in weeks), force_grouping=True),
        definition=_(
            "Orders that were placed in the week, from Monday on where the store is, and not called off. "
            "The amount is of those in %(currency)s, before refunds. This week is not over."
        )
        % {"currency": store.currency},
        headings=(_("Week from"), _("Orders"), _("Amount")),
        rows=tuple(
            (
                name,
                number_format(week.orders, force_grouping=True),
                money_text(week.spent_minor, store.currency),
            )
            for name, week in zip(names, weeks, strict=True)
        )
        if known
        else (),
        drawing=Drawing(
            kind="bars",
            places=names,
            series=(Series(_("Orders"), tuple(week.orders for week in weeks)),),
            open_end=True,
        ),
        headline=Headline(
            _("last week"),
            number_format(last.orders, force_grouping=True),
            last.orders,
            before.orders,
            relative=True,
        ),
        empty=(_("No orders in 13 weeks"), _("How many orders come in a week, as soon as there are some.")),
    )


def register_charts() -> None:
    """Announce them; once, at start-up."""
    chart = StoreChart(
        name="orders",
        title=gettext_noop("Orders a week"),
        caption=gettext_noop("Placed and not called off, of the last 13 weeks"),
        permission="customers.read",
        load=orders_chart,
        order=40,
    )
    store_charts.add(chart.name, chart)
