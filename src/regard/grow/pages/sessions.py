"""Sessions and decisions of a programme."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.core import clock
from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import (
    StoreRequest,
    add_errors,
    asked_for,
    first_message,
    notify,
    posted,
    store_page,
    warn,
)
from regard.desk.domain.feedback_items import items_for_viewer
from regard.desk.models import FeedbackItem
from regard.grow.domain.members import members_in
from regard.grow.domain.programmes import LONGEST_LINE, counts_of
from regard.grow.domain.sessions import (
    There,
    Told,
    attendance_of,
    change_session,
    decide,
    decisions_for_viewer,
    figures_of_sessions,
    note_attendance,
    record_session,
    session_for_viewer,
    sessions_for_viewer,
)
from regard.grow.models import MemberState, Programme, ProgrammeSession, SessionKind, Verdict
from regard.grow.pages.asked import programme_asked, programme_tabs
from regard.task.domain.making import LONGEST_TEXT

MOST_OFFERED = 200  # members or improvements to choose from
RATINGS = range(1, 6)


class SessionForm(forms.Form):
    kind = forms.ChoiceField(label=_lazy("Kind"), choices=SessionKind.choices)
    title = forms.CharField(label=_lazy("What it was about"), max_length=LONGEST_LINE)
    held_at = forms.DateTimeField(
        label=_lazy("When"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    agenda = forms.CharField(
        label=_lazy("Agenda, or the protocol of the test"), max_length=LONGEST_TEXT, required=False,
        widget=forms.Textarea({"rows": 4}),
    )  # fmt: skip
    notes = forms.CharField(
        label=_lazy("Notes"), max_length=LONGEST_TEXT, required=False, widget=forms.Textarea({"rows": 6})
    )

    def told(self) -> Told:
        """Of a form that is valid."""
        return Told(**self.cleaned_data)


@store_page("customers.read")
def sessions(request: StoreRequest, programme_id: int) -> HttpResponse:
    programme, cursor = programme_asked(request, programme_id), asked_for(request, "cursor")
    try:
        page = sessions_for_viewer(programme, cursor=cursor)
    except CursorInvalid:
        return redirect(request.path)
    figures = figures_of_sessions(page.rows)
    context = {
        **_of(programme, "programme_sessions"),
        "rows": [(row, figures[row.pk]) for row in page.rows],
        "cursor": cursor,
        "next_cursor": page.next_cursor,
    }
    return render(request, "grow/sessions.html", context)


@store_page("tasks.handle", post="tasks.handle")
def new_session(request: StoreRequest, programme_id: int) -> HttpResponse:
    programme = programme_asked(request, programme_id)
    form = SessionForm(request.POST or None, initial={"held_at": timezone.localtime(clock.now())})
    if request.method == "POST" and form.is_valid():
        try:
            made = record_session(programme, form.told(), actor=request.user.email)
        except ValidationError as error:
            add_errors(form, error)
        else:
            notify(request, _("The session is written down. Note who was there."))
            return redirect("programme_session", request.store.slug, programme.pk, made.pk)
    return render(request, "grow/session_form.html", {"form": form, "programme": programme})


@store_page("tasks.handle", post="tasks.handle")
def change(request: StoreRequest, programme_id: int, session_id: int) -> HttpResponse:
    held = _session(request, programme_id, session_id)
    names = ("kind", "title", "held_at", "agenda", "notes")
    form = SessionForm(request.POST or None, initial={name: getattr(held, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            change_session(held, form.told(), actor=request.user.email)
        except ValidationError as error:
            add_errors(form, error)
        else:
            notify(request, _("The session is saved."))
            return redirect("programme_session", request.store.slug, programme_id, held.pk)
    context = {"form": form, "programme": held.programme, "session": held}
    return render(request, "grow/session_form.html", context)


@store_page("customers.read")
def session(request: StoreRequest, programme_id: int, session_id: int) -> HttpResponse:
    held = _session(request, programme_id, session_id)
    there = attendance_of(held)
    known = {row.member_id for row in there}
    members = members_in(held.programme, [MemberState.ACCEPTED], limit=MOST_OFFERED)
    context = {
        "programme": held.programme,
        "session": held,
        "there": there,
        "figures": figures_of_sessions([held])[held.pk],
        "members": [member for member in members if member.pk not in known],
        "ratings": RATINGS,
        "decisions": decisions_for_viewer(held.programme, session=held).rows,
        **_choices(request),
    }
    return render(request, "grow/session.html", context)


@store_page(post="tasks.handle")
def attend(request: StoreRequest, programme_id: int, session_id: int) -> HttpResponse:
    """One member who was there, with what they said."""
    held = _session(request, programme_id, session_id)
    rated = posted(request, "satisfaction")
    there = There(
        member_id=_number(posted(request, "member")),
        satisfaction=_number(rated) if rated else None,
        said=posted(request, "said"),
    )
    try:
        note_attendance(held, [there], actor=request.user.email)
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        notify(request, _("It is noted."))
    return redirect("programme_session", request.store.slug, programme_id, held.pk)


@store_page("customers.read")
def decisions(request: StoreRequest, programme_id: int) -> HttpResponse:
    programme, cursor = programme_asked(request, programme_id), asked_for(request, "cursor")
    try:
        page = decisions_for_viewer(programme, cursor=cursor)
    except CursorInvalid:
        return redirect(request.path)
    context = {
        **_of(programme, "programme_decisions"),
        **_choices(request),
        "decisions": page.rows,
        "cursor": cursor,
        "next_cursor": page.next_cursor,
    }
    return render(request, "grow/decisions.html", context)


@store_page(post="tasks.handle")
def decide_one(request: StoreRequest, programme_id: int) -> HttpResponse:
    """Of the programme, or of the session that the form names."""
    programme = programme_asked(request, programme_id)
    named = _number(posted(request, "session"))
    held = _session(request, programme_id, named) if named else None
    try:
        decide(
            programme, posted(request, "text"), actor=request.user.email, verdict=posted(request, "verdict"),
            session=held, item=_item(request),
        )  # fmt: skip
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        notify(request, _("The decision is written down."))
    if held:
        return redirect("programme_session", request.store.slug, programme.pk, held.pk)
    return redirect("programme_decisions", request.store.slug, programme.pk)


def _of(programme: Programme, current: str) -> dict[str, Any]:
    counts = counts_of(programme.store, [programme])[programme.pk]
    tabs = programme_tabs(programme, counts, current)
    return {"programme": programme, "counts": counts, "tabs": tabs}


def _choices(request: StoreRequest) -> dict[str, Any]:
    items = items_for_viewer(request.store, limit=MOST_OFFERED).rows
    return {"items": items, "verdicts": Verdict.choices}


def _item(request: StoreRequest) -> FeedbackItem | None:
    named = posted(request, "item")
    if not named:
        return None
    found = (
        FeedbackItem.objects.filter(store=request.store, pk=_number(named)).select_related("store").first()
    )
    if found is None:
        raise Http404
    return found


def _session(request: StoreRequest, programme_id: int, session_id: int) -> ProgrammeSession:
    try:
        return session_for_viewer(request.store, session_id, programme_id)
    except ProgrammeSession.DoesNotExist:
        raise Http404 from None


def _number(written: str) -> int:
    """0, which is nobody's id, for what is no number."""
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 19 else 0
