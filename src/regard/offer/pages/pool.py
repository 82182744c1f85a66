"""The page of one offer: what came of it, its codes, and who got them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, notify, store_page
from regard.offer.domain.codes import MOST_AT_ONCE
from regard.offer.domain.pools import switch_pool
from regard.offer.domain.queries import MOST_COUNTED, effect_of, figures_of, offers_for_viewer, pool_by_week
from regard.offer.domain.wording import value_words
from regard.offer.models import OfferPool, OfferState
from regard.offer.pages.pools import pool_asked
from regard.ui.charts.answers import chart_file, chart_page
from regard.ui.charts.chart import Chart, Drawing, Series
from regard.ui.charts.weeks import last_weeks, week_name
from regard.ui.templatetags.figures import whole

TONES = {
    OfferState.GIVEN: "info",
    OfferState.WAITING: "warning",
    OfferState.KEPT_BACK: "",
    OfferState.DECLINED: "",
}
ROWS = 50


@store_page("offers.read")
def offer(request: StoreRequest, pool_id: int) -> HttpResponse:
    pool, store = pool_asked(request, pool_id), request.store
    cursor = request.GET.get("cursor", "")
    try:
        page = offers_for_viewer(store, pool_id=pool.pk, cursor=cursor, limit=ROWS)
    except CursorInvalid:
        return redirect(request.path)
    context = {
        "pool": pool,
        "value": value_words(pool, store.currency),
        "figures": figures_of(store, [pool])[pool.pk],
        "most_counted": MOST_COUNTED,
        "most_codes": MOST_AT_ONCE,
        "effect": effect_of(pool),
        "rows": [(each, TONES[OfferState(each.state)]) for each in page.rows],
        "chart_url": reverse("offer_chart", args=[store.slug, pool.pk]),
        "cursor": cursor,
        "next_cursor": page.next_cursor,
    }
    return render(request, "offer/offer.html", context)


@store_page("offers.read")
def chart(request: StoreRequest, pool_id: int, form: str = "") -> HttpResponse:
    """How many were given and redeemed in each of the last weeks: to stand in its card, or a file."""
    pool = pool_asked(request, pool_id)
    made = _weekly(pool)
    if form:
        return chart_file(made, name=f"{request.store.slug}-offer-{pool.key}", form=form)
    return chart_page(request, made)


def _weekly(pool: OfferPool) -> Chart:
    weeks = pool_by_week(pool, last_weeks(pool.store))
    names = tuple(week_name(week.monday) for week in weeks)
    given, used = sum(week.given for week in weeks), sum(week.redeemed for week in weeks)
    rows = [(name, whole(week.given), whole(week.redeemed)) for name, week in zip(names, weeks, strict=True)]
    series = (
        Series(_("Given"), tuple(float(week.given) for week in weeks)),
        Series(_("Redeemed"), tuple(float(week.redeemed) for week in weeks)),
    )
    return Chart(
        title=pool.name,
        summary=_("From %(first)s to %(last)s %(given)s were given, and %(used)s redeemed.")
        % {"first": names[0], "last": names[-1], "given": given, "used": used},
        n=_("n = %s offers given.") % number_format(given, force_grouping=True),
        definition=_(
            "Offers given, and orders that came with one of their codes, by week. This week is not over."
        ),
        headings=(_("Week from"), _("Given"), _("Redeemed")),
        rows=tuple(rows) if given or used else (),
        drawing=Drawing(kind="line", places=names, series=series, open_end=True),
        empty=(_("None was given in this time"), _("How many are given and redeemed each week.")),
    )


@store_page(post="offers.manage")
def switch(request: StoreRequest, pool_id: int) -> HttpResponse:
    pool = pool_asked(request, pool_id)
    is_on = not pool.is_on
    if switch_pool(pool, is_on=is_on, actor=request.user.email):
        undo = reverse("offer_switch", args=[request.store.slug, pool.pk])
        said = _("The offer is given again.") if is_on else _("The offer is given to nobody any more.")
        notify(request, said, undo=undo)
    return redirect("offer", request.store.slug, pool.pk)
