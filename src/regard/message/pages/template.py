"""The page of one template: written block by block, shown as a customer gets it, checked, tried out."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from regard.core.domain.permissions import role_allows
from regard.core.edges.pages import StoreRequest, asked_for, first_message, notify, posted, store_page, warn
from regard.core.registry import template_variables
from regard.message.domain.blocks import KINDS
from regard.message.domain.checking import check_template
from regard.message.domain.liquid import TemplateBroken
from regard.message.domain.previewing import preview_template, send_test
from regard.message.domain.rendering import Said
from regard.message.domain.templates import (
    TemplateDefinition,
    archive_template,
    copy_template,
    definition_of,
    restore_version,
    save_template,
    template_for_viewer,
    unarchive_template,
    versions_for_viewer,
)
from regard.message.domain.texts import LANGUAGES, Text
from regard.message.domain.variables import GIVEN
from regard.message.models import PURPOSES, Template
from regard.message.pages import editor
from regard.profile.domain.finding import customer_for_viewer
from regard.profile.domain.segments.ask import customers_in_segment
from regard.profile.models import Customer
from regard.ui.tabs import Tab

FOUND = 6  # customers shown to choose from
# Within the frame nothing runs and nothing is sent; images are the store's own.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; frame-ancestors 'self'; sandbox"
)


@store_page("messages.read", post="messages.write")
def template(request: StoreRequest, template_id: int) -> HttpResponse:
    """GET shows what is kept; POST saves, or only changes what the form holds when its button says so."""
    found = _template(request, template_id)
    now = definition_of(found)
    language = _language(request, now)
    if request.method != "POST":
        return _page(request, found, now, language)
    act = posted(request, "do")
    try:
        if act == "remove-language":
            return _saved(request, found, editor.without_language(now, language), "")
        written = editor.written_in(request.POST, now, language)
        if act == "save":
            return _saved(request, found, written, language)
    except ValidationError as error:
        warn(request, first_message(error))
        return _page(request, found, now, language)
    text, focus = editor.act_on(written.texts[language], act)
    changed = TemplateDefinition(
        written.key, written.name, written.channel, written.purpose, {**written.texts, language: text}
    )
    return _page(request, found, changed, language, focus=focus, is_draft=True)


@xframe_options_sameorigin
@store_page("messages.read", post="messages.read")
def shown(request: StoreRequest, template_id: int) -> HttpResponse:
    """The HTML part alone, for a frame: of what is kept, or with POST of what the form holds."""
    now = definition_of(_template(request, template_id))
    language = _language(request, now)
    try:
        if request.method == "POST":
            now = editor.written_in(request.POST, now, language)
        said = preview_template(request.store, now, language=language, customer=_customer(request))
        body = said.body_html or f"<pre>{escape(said.body_text)}</pre>"
    except (TemplateBroken, ValidationError) as error:
        words = first_message(error) if isinstance(error, ValidationError) else str(error)
        body = f"<p>{escape(words)}</p>"
    return HttpResponse(body, headers={"Content-Security-Policy": POLICY})


@store_page(post="messages.write")
def try_out(request: StoreRequest, template_id: int) -> HttpResponse:
    """Send what is kept to whoever asks."""
    found = _template(request, template_id)
    now = definition_of(found)
    language, customer = _language(request, now), _customer(request)
    try:
        address = send_test(
            request.store, now, to=request.user.email, actor=request.user.email, language=language,
            customer=customer,
        )  # fmt: skip
        notify(request, _("The e-mail is on its way to %s.") % address)
    except TemplateBroken as broken:
        warn(request, str(broken))
    except ValidationError as error:
        warn(request, first_message(error))
    return redirect(_address(request, found, language, customer))


@store_page(post="messages.write")
def restore(request: StoreRequest, template_id: int) -> HttpResponse:
    found = _template(request, template_id)
    number = posted(request, "version")
    try:
        restore_version(
            found, int(number) if number.isascii() and number.isdigit() else 0, actor=request.user.email
        )
        notify(request, _("Version %s is in use again.") % number)
    except ValidationError as error:
        warn(request, first_message(error))
    return redirect("template", request.store.slug, found.pk)


@store_page(post="messages.write")
def copy(request: StoreRequest, template_id: int) -> HttpResponse:
    made = copy_template(_template(request, template_id), actor=request.user.email)
    notify(request, _("This is the copy, under a short name of its own."))
    return redirect("template", request.store.slug, made.pk)


@store_page(post="messages.write")
def archive(request: StoreRequest, template_id: int) -> HttpResponse:
    """Take it out of lists and choices."""
    found = _template(request, template_id)
    if archive_template(found, actor=request.user.email):
        undo = reverse("template_unarchive", args=[request.store.slug, found.pk])
        notify(request, _("The template is archived. Journeys that name it go on with it."), undo=undo)
    return redirect("templates", request.store.slug)


@store_page(post="messages.write")
def unarchive(request: StoreRequest, template_id: int) -> HttpResponse:
    found = _template(request, template_id)
    if unarchive_template(found, actor=request.user.email):
        notify(request, _("The template can be chosen again."))
    return redirect("template", request.store.slug, found.pk)


def _saved(
    request: StoreRequest, found: Template, written: TemplateDefinition, language: str
) -> HttpResponse:
    version = save_template(request.store, written, actor=request.user.email)
    notify(request, _("Saved as version %d.") % version.number if version else _("Nothing has changed."))
    return redirect(_address(request, found, language, _customer(request)))


def _address(request: StoreRequest, found: Template, language: str, customer: Customer | None) -> str:
    asked = {"language": language, "customer": customer.pk if customer else ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{reverse('template', args=[request.store.slug, found.pk])}{'?' if query else ''}{query}"


def _page(
    request: StoreRequest,
    found: Template,
    now: TemplateDefinition,
    language: str,
    *,
    focus: int = -1,
    is_draft: bool = False,
) -> HttpResponse:
    text, customer = editor.text_to_edit(now, language), _customer(request)
    shown_now = now if language in now.texts else _with(now, language, text)
    said, broken = _preview(request, shown_now, language, customer)
    findings = [each for each in check_template(request.store, shown_now) if each.language in {"", language}]
    context: dict[str, Any] = {
        "template": found, "now": now, "text": text, "language": language, "language_name": LANGUAGES[language],
        "blocks": editor.editor_blocks(text, focus), "is_email": isinstance(text.body, tuple),
        "has_subject": editor.has_subject(now), "kinds": [(kind, _(cls.label)) for kind, cls in KINDS.items()],
        "languages": _tabs(request, found, now, language, customer),
        "to_add": editor.languages_to_add(now), "is_new_language": language not in now.texts,
        "purposes": PURPOSES, "is_draft": is_draft or language not in now.texts, "said": said, "broken": broken,
        "findings": findings, "errors": sum(each.level == "error" for each in findings),
        "customer": customer, "search": asked_for(request, "who"), "people": _people(request),
        "shown_url": _shown_url(request, found, language, customer),
        "versions": versions_for_viewer(found, limit=20), "variables": _variables(),
        "can_write": role_allows(request.member.role, "messages.write"),
    }  # fmt: skip
    return render(request, "message/template.html", context)


def _with(now: TemplateDefinition, language: str, text: Text) -> TemplateDefinition:
    return TemplateDefinition(now.key, now.name, now.channel, now.purpose, {**now.texts, language: text})


def _preview(
    request: StoreRequest, now: TemplateDefinition, language: str, customer: Customer | None
) -> tuple[Said | None, str]:
    try:
        return preview_template(request.store, now, language=language, customer=customer), ""
    except TemplateBroken as broken:
        return None, str(broken)


def _tabs(
    request: StoreRequest, found: Template, now: TemplateDefinition, language: str, customer: Customer | None
) -> list[Tab]:
    shown_languages = dict.fromkeys([*now.texts, language])
    return [
        Tab(LANGUAGES[code], _address(request, found, code, customer), code == language)
        for code in shown_languages
    ]


def _shown_url(request: StoreRequest, found: Template, language: str, customer: Customer | None) -> str:
    query = urlencode({"language": language, "customer": customer.pk if customer else ""})
    return f"{reverse('template_shown', args=[request.store.slug, found.pk])}?{query}"


def _variables() -> list[tuple[str, str, list[str]]]:
    """What texts may name: of each variable its name, what it is, and its parts."""
    known = [(each.name, _(each.label), each.example) for each in template_variables]
    given = [
        ("event", _("What the journey began with"), GIVEN["event"]),
        ("offer", _("What it gave"), GIVEN["offer"]),
    ]
    return [
        (name, label, sorted(parts) if isinstance(parts, dict) else [])
        for name, label, parts in known + given
    ]


def _template(request: StoreRequest, template_id: int) -> Template:
    try:
        return template_for_viewer(request.store, template_id)
    except Template.DoesNotExist:
        raise Http404 from None


def _language(request: StoreRequest, now: TemplateDefinition) -> str:
    """The one that the address or the form names, else the store's, else the first."""
    named = posted(request, "language") or asked_for(request, "language")
    if named in LANGUAGES:
        return named
    return request.store.language if request.store.language in now.texts else next(iter(now.texts), "en")


def _customer(request: StoreRequest) -> Customer | None:
    """As whom the message is shown; None for examples."""
    named = posted(request, "customer") or asked_for(request, "customer")
    if not role_allows(request.member.role, "customers.read") or not named:
        return None
    if not (named.isascii() and named.isdigit() and len(named) < 19):
        return None
    try:
        return customer_for_viewer(request.store, int(named))
    except Customer.DoesNotExist:
        return None


def _people(request: StoreRequest) -> list[Customer]:
    text = asked_for(request, "who").strip()
    if not text or not role_allows(request.member.role, "customers.read"):
        return []
    return list(customers_in_segment(store=request.store, text="", search=text, limit=FOUND).rows)
