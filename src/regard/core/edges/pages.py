"""What every page of a store stands on: which store, which member, what they may do.

A view below `/s/<slug>/` is decorated with `store_page`; it then gets a `StoreRequest`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseForbidden, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.utils import timezone, translation

from regard.core.domain.permissions import role_allows
from regard.core.languages import page_language
from regard.core.models import Member, Store, User

P = ParamSpec("P")
R = TypeVar("R")
LAST_STORE = "last_store"  # the session's key of the slug that was looked at last
STORE_LANGUAGE = "store_language"  # and of that store's language, for who has not chosen one
READING = ("GET", "HEAD")


class UserRequest(HttpRequest):
    """A request of somebody who is signed in; the middleware lets no other through."""

    user: User


class StoreRequest(UserRequest):
    """A request for a page of a store by one of its members."""

    store: Store
    member: Member


StoreView = Callable[Concatenate[StoreRequest, P], HttpResponseBase]
PlainView = Callable[..., HttpResponseBase]


def store_page(read: str = "", *, post: str = "") -> Callable[[StoreView[P]], PlainView]:
    """Decorate a view of a store's page; the URL gives it `slug`.

    read: the permission that GET needs, post: the one for POST; a method without one is not allowed. Raises
    Http404 for a store that the person is no member of, so that nobody can tell whether it exists. A member whose
    role lacks the permission, or that of any method, is refused. Within the view, times are in the store's zone,
    and words in its language unless the person has chosen another.
    """
    needed = {method: read for method in READING if read} | ({"POST": post} if post else {})

    def decorate(view: StoreView[P]) -> PlainView:
        @wraps(view)
        def guarded(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            entered = _enter(request, slug)
            permission = needed.get(request.method or "")
            asked = needed.values() if permission is None else [permission]
            if not any(role_allows(entered.member.role, one) for one in asked):
                return _refuse_member(request)
            if permission is None:
                return _refuse_method(request, list(needed))
            with timezone.override(ZoneInfo(entered.store.time_zone)):
                return view(entered, *args, **kwargs)

        return guarded

    return decorate


def _refuse_method(request: HttpRequest, allowed: list[str]) -> HttpResponseBase:
    """With words, since people come here too: when a session has ended, sign-in leads back with GET."""
    response = HttpResponseNotAllowed(allowed)
    response.content = render_to_string("405.html", request=request)
    return response


def _refuse_member(request: HttpRequest) -> HttpResponseBase:
    """An answer and no PermissionDenied, which Django logs with a traceback: people are refused things all day."""
    return HttpResponseForbidden(render_to_string("403.html", request=request))


def _enter(request: HttpRequest, slug: str) -> StoreRequest:
    entered = cast("StoreRequest", request)
    member = Member.objects.select_related("store").filter(user=entered.user, store__slug=slug).first()
    if member is None:
        raise Http404
    _remember(request, member.store)
    if not entered.user.language:
        translation.activate(page_language(member.store.language))
    member.user = entered.user  # known already, so that nobody asks the database for it
    entered.store, entered.member = member.store, member
    return entered


def _remember(request: HttpRequest, store: Store) -> None:
    """For pages outside of any store. A session that says the same already is not written again."""
    for key, value in ((LAST_STORE, store.slug), (STORE_LANGUAGE, store.language)):
        if request.session.get(key) != value:
            request.session[key] = value


def asked_for(request: HttpRequest, name: str) -> str:
    """A value of the address's query, "" without one. NUL, which the database cannot take, is left out."""
    return request.GET.get(name, "").replace("\0", "")


def posted(request: HttpRequest, name: str) -> str:
    """A value that was sent with POST, "" without one. As `asked_for`."""
    return request.POST.get(name, "").replace("\0", "")


def once(request: HttpRequest, read: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What `read` gives, read once for the page however many of its panels show it."""
    held: dict[Any, Any] = request.__dict__.setdefault("read_once", {})
    key = (read, args, *sorted(kwargs.items()))
    if key not in held:
        held[key] = read(*args, **kwargs)
    return cast("R", held[key])


def notify(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """Show `text` on the next page. undo: a URL to post to that takes back what was done."""
    messages.success(request, text, extra_tags=undo)


def warn(request: HttpRequest, text: str) -> None:
    """Show on the next page what could not be done, and why."""
    messages.error(request, text)


def lock_fields(request: StoreRequest, form: BaseForm, *, without: str) -> None:
    """Show a form to members without that permission as it stands: none of its fields can be changed."""
    if not role_allows(request.member.role, without):
        for field in form.fields.values():
            field.disabled = True


def add_errors(form: BaseForm, error: ValidationError) -> None:
    """Put the errors of a domain operation beside the fields they speak of; the rest stand above the form."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    for name, texts in by_field.items():
        form.add_error(name if name in form.fields else None, ValidationError(texts))


def first_message(error: ValidationError) -> str:
    """The error as one line, for a place without a form."""
    return str(error.messages[0])
