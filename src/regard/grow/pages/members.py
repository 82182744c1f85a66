"""What people do with candidates and members."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.core.edges.pages import StoreRequest, first_message, notify, posted, store_page, warn
from regard.grow.domain.candidates import add_candidate, propose_candidates
from regard.grow.domain.choosing import call_back, dismiss_candidates, members_wanted
from regard.grow.domain.inviting import MOST_AT_ONCE, Invited, invite_members
from regard.grow.domain.members import member_for_viewer, move_member
from regard.grow.models import MemberState, ProgrammeMember
from regard.grow.pages.asked import programme_asked
from regard.grow.pages.choosing import candidates_wanted
from regard.profile.domain.finding import customer_for_viewer
from regard.profile.models import Customer


@store_page(post="customers.change")
def propose(request: StoreRequest, programme_id: int) -> HttpResponse:
    programme = programme_asked(request, programme_id)
    try:
        found = propose_candidates(programme, actor=request.user.email)
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        said = ngettext("%(count)s candidate is proposed.", "%(count)s candidates are proposed.", found)
        notify(request, said % {"count": found})
    return redirect("programme_candidates", request.store.slug, programme.pk)


@store_page(post="customers.change")
def invite(request: StoreRequest, programme_id: int) -> HttpResponse:
    """The candidates who were chosen, or all whom the filters of the list leave, the best standing first."""
    programme = programme_asked(request, programme_id)
    ids = _chosen(request)
    if posted(request, "all"):
        wanted = candidates_wanted(request.store, request.POST)
        ids = members_wanted(programme, [MemberState.CANDIDATE], wanted)[:MOST_AT_ONCE]
    try:
        came = invite_members(
            programme, ids, actor=request.user.email, by_hand=bool(posted(request, "by_hand"))
        )
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        _say(request, came)
    return redirect("programme_candidates", request.store.slug, programme.pk)


@store_page(post="customers.change")
def dismiss(request: StoreRequest, programme_id: int) -> HttpResponse:
    """The candidates who were chosen are not to be asked."""
    programme = programme_asked(request, programme_id)
    try:
        count = dismiss_candidates(
            programme, _chosen(request), reason=posted(request, "reason"), actor=request.user.email
        )
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        said = ngettext("%(count)s candidate is dismissed.", "%(count)s candidates are dismissed.", count)
        notify(request, said % {"count": count})
    return redirect("programme_candidates", request.store.slug, programme.pk)


@store_page(post="customers.change")
def recall(request: StoreRequest, programme_id: int) -> HttpResponse:
    """Those who were dismissed and chosen are candidates again."""
    programme = programme_asked(request, programme_id)
    try:
        count = call_back(programme, _chosen(request), actor=request.user.email)
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        said = ngettext(
            "%(count)s customer is a candidate again.", "%(count)s customers are candidates again.", count
        )
        notify(request, said % {"count": count})
    return redirect("programme_candidates", request.store.slug, programme.pk)


def _chosen(request: StoreRequest) -> list[int]:
    told = [value for value in request.POST.getlist("selected") if value.isascii() and value.isdecimal()]
    return [int(value) for value in told if len(value) < 19][:MOST_AT_ONCE]


@store_page(post="customers.change")
def move(request: StoreRequest, programme_id: int, member_id: int) -> HttpResponse:
    """Note by hand what became of somebody."""
    try:
        member = member_for_viewer(request.store, member_id, programme_id)
    except ProgrammeMember.DoesNotExist:
        raise Http404 from None
    was_candidate = member.state == MemberState.CANDIDATE
    try:
        if move_member(
            member, posted(request, "state"), actor=request.user.email, note=posted(request, "note")
        ):
            notify(request, _("It is noted."))
    except ValidationError as error:
        warn(request, first_message(error))
    back = "programme_candidates" if was_candidate else "programme"
    return redirect(back, request.store.slug, programme_id)


@store_page(post="customers.change")
def add(request: StoreRequest, customer_id: int) -> HttpResponse:
    """Put a customer on the list of the programme that the form names."""
    try:
        customer = customer_for_viewer(request.store, customer_id)
    except Customer.DoesNotExist:
        raise Http404 from None
    named = posted(request, "programme")
    programme = programme_asked(request, int(named) if named.isdecimal() and len(named) < 19 else 0)
    try:
        if add_candidate(programme, customer, actor=request.user.email):
            notify(request, _("The customer is a candidate of “%s” now.") % programme.name)
        else:
            warn(request, _("The customer is in this programme already."))
    except ValidationError as error:
        warn(request, first_message(error))
    return redirect("customer", request.store.slug, customer.pk)


def _say(request: StoreRequest, came: Invited) -> None:
    if came.invited:
        said = ngettext("%(count)s customer is invited.", "%(count)s customers are invited.", came.invited)
        notify(request, said % {"count": came.invited})
    if came.unsent:
        said = ngettext(
            "%(count)s customer cannot be written to; why stands beside them.",
            "%(count)s customers cannot be written to; why stands beside them.",
            came.unsent,
        )
        warn(request, said % {"count": came.unsent})
    if not came.invited and not came.unsent:
        warn(request, _("None of these is a candidate any more."))
