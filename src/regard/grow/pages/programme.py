"""One programme: its members with what came of it, its candidates, and both as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.edges.csv_lines import csv_response
from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.core.money import to_major
from regard.grow.domain.candidates import FIGURES, LEAST_KNOWN
from regard.grow.domain.choosing import members_wanted
from regard.grow.domain.inviting import MOST_AT_ONCE
from regard.grow.domain.members import WAYS, all_members, members_for_viewer
from regard.grow.domain.outcome import outcome_of
from regard.grow.domain.programmes import Counts, counts_of
from regard.grow.models import MemberState, Programme, ProgrammeKind, ProgrammeMember
from regard.grow.pages.asked import programme_asked, programme_tabs
from regard.grow.pages.choosing import candidate_filters, candidates_wanted
from regard.ui.filters import Filter, chosen_of

ASKED = (MemberState.INVITED, MemberState.ACCEPTED, MemberState.DECLINED, MemberState.LEFT)
TONES = {
    MemberState.CANDIDATE: "", MemberState.INVITED: "info", MemberState.ACCEPTED: "good", MemberState.DECLINED: "",
    MemberState.LEFT: "warning", MemberState.DISMISSED: "",
}  # fmt: skip


@store_page("customers.read")
def members(request: StoreRequest, programme_id: int) -> HttpResponse:
    """Who was invited, and what came of the programme."""
    programme = programme_asked(request, programme_id)
    state = asked_for(request, "state")
    state = state if state in ASKED else ""
    filters = [Filter("state", _("State"), [(each.value, str(each.label)) for each in ASKED], state)]
    shown = _shown(request, programme, [state] if state else ASKED, "programme")
    if shown is None:
        return redirect(request.path)
    context = {
        "outcome": outcome_of(programme),
        "filters": filters,
        "chosen": chosen_of(request.GET, filters),
    }
    return render(request, "grow/members.html", {**shown, **context})


@store_page("customers.read")
def candidates(request: StoreRequest, programme_id: int) -> HttpResponse:
    programme = programme_asked(request, programme_id)
    asks_dismissed = asked_for(request, "state") == MemberState.DISMISSED
    state = MemberState.DISMISSED if asks_dismissed else MemberState.CANDIDATE
    wanted = candidates_wanted(request.store, request.GET)
    ids = members_wanted(programme, [state], wanted) if wanted else None
    shown = _shown(request, programme, [state], "programme_candidates", only=ids)
    if shown is None:
        return redirect(request.path)
    filters = candidate_filters(request.store, wanted, state)
    known: Counts = shown["counts"]
    total = known.dismissed if state == MemberState.DISMISSED else known.candidates
    context = {
        "figures": FIGURES[ProgrammeKind(programme.kind)],
        "least_known": LEAST_KNOWN,
        "filters": filters,
        "chosen": chosen_of(request.GET, filters),
        "is_dismissed": state == MemberState.DISMISSED,
        "matching": total if ids is None else len(ids),
        "most_at_once": MOST_AT_ONCE,
        "sent_along": [(each.name, each.value) for each in filters if each.name != "state"],
    }
    return render(request, "grow/candidates.html", {**shown, **context})


@store_page("customers.export")
def export(request: StoreRequest, programme_id: int) -> HttpResponseBase:
    programme = programme_asked(request, programme_id)
    name = f"programme-{programme.pk}-{clock.now():%Y-%m-%d}.csv"
    return csv_response(_lines(programme), name=name)


def _shown(
    request: StoreRequest, programme: Programme, states: Any, current: str, *, only: list[int] | None = None
) -> dict[str, Any] | None:  # fmt: skip
    """None for a cursor that is none."""
    cursor = asked_for(request, "cursor")
    try:
        page = members_for_viewer(programme, states=states, only=only, cursor=cursor)
    except CursorInvalid:
        return None
    counts = counts_of(request.store, [programme])[programme.pk]
    return {
        "programme": programme,
        "counts": counts,
        "tabs": programme_tabs(programme, counts, current),
        "rows": [(member, TONES[MemberState(member.state)], _ways(member)) for member in page.rows],
        "cursor": cursor,
        "next_cursor": page.next_cursor,
    }


def _ways(member: ProgrammeMember) -> list[tuple[str, str]]:
    """What may be said of them by hand, with the words of the button."""
    said = {
        MemberState.INVITED: _("Invited by hand"), MemberState.ACCEPTED: _("Said yes"),
        MemberState.DECLINED: _("Said no"), MemberState.LEFT: _("Has left"),
    }  # fmt: skip
    may = WAYS[MemberState(member.state)]
    return [(state.value, words) for state, words in said.items() if state in may]


def _lines(programme: Programme) -> Iterator[list[str]]:
    yield [
        _("Customer"), _("E-mail"), _("State"), _("Satisfaction"), _("Engagement"), _("Spent"), _("Standing"),
        _("Proposed"), _("Invited"), _("Answered"), _("Left"), _("Note"),
    ]  # fmt: skip
    for member in all_members(programme).iterator(chunk_size=1_000):
        customer, days = member.identity.customer, (
            member.proposed_at, member.invited_at, member.answered_at, member.left_at,
        )  # fmt: skip
        value = member.value_minor
        yield [
            customer.name, customer.email, str(member.get_state_display()), _figure(member.satisfaction),
            _figure(member.engagement), "" if value is None else str(to_major(value, programme.store.currency)),
            _figure(member.standing), *(day.isoformat() if day else "" for day in days), member.note,
        ]  # fmt: skip


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
