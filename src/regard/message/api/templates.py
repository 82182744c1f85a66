"""Templates, over JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Query, Schema
from pydantic import AwareDatetime

from regard.core.edges.api import (
    ApiRequest,
    Id,
    Input,
    Page,
    PageQuery,
    Router,
    Text,
    actor_of,
    answer_page,
    requires,
    store_of,
)
from regard.message.domain.checking import Finding, check_template
from regard.message.domain.liquid import TemplateBroken
from regard.message.domain.previewing import preview_template
from regard.message.domain.rendering import Said
from regard.message.domain.templates import (
    archive_template,
    definition_of,
    read_definition,
    save_template,
    template_for_viewer,
    template_named,
    templates_for_viewer,
    unarchive_template,
)
from regard.message.models import Template, TemplateChannel
from regard.profile.domain.finding import customer_for_viewer

router = Router(tags=["Templates"])
TEXTS = {"en": {"subject": "Hello", "body": [{"heading": "Hello"}, {"text": "Good day."}]}}


class TemplateItem(Schema):
    """Something that the store says, by a key that journeys name."""

    id: int
    key: str
    name: str
    channel: TemplateChannel
    purpose: str = Field(description="`marketing` or `transactional`.")
    version: int
    languages: list[str]
    changed_at: AwareDatetime
    archived_at: AwareDatetime | None = Field(description="Since when it is offered to nobody any more.")

    @staticmethod
    def resolve_version(template: Template) -> int:
        return template.current.number if template.current else 0

    @staticmethod
    def resolve_languages(template: Template) -> list[str]:
        return list(template.current.texts) if template.current else []

    @staticmethod
    def resolve_changed_at(template: Template) -> datetime:
        return template.current.made_at if template.current else template.made_at


class WholeTemplate(TemplateItem):
    """The same with what it says."""

    texts: dict[str, Any] = Field(
        description="By language: `subject`, `preheader`, `body`.", examples=[TEXTS]
    )

    @staticmethod
    def resolve_texts(template: Template) -> dict[str, Any]:
        return template.current.texts if template.current else {}


class TemplateQuery(Schema):
    search: Text = Field("", max_length=200, description="In name or key.")
    channel: TemplateChannel | None = Field(None, description="Only those for this channel.")
    purpose: Text = Field("", max_length=13, description="`marketing` or `transactional`.")
    archived: bool = Field(False, description="Those that are archived, instead of the others.")


class TemplateBody(Input):
    key: Text = Field(max_length=60, description="By which journeys name it.", examples=["welcome"])
    name: Text = Field(max_length=200, description="What people call it.", examples=["Welcome"])
    channel: TemplateChannel = Field(TemplateChannel.EMAIL, description="The way that it goes.")
    purpose: Text = Field("marketing", max_length=13, description="`marketing` or `transactional`.")
    texts: dict[str, Any] = Field(
        description="By language: `subject`, `preheader` and `body`, of an e-mail a list of blocks.",
        examples=[TEXTS],
    )


class FindingItem(Schema):
    """What is wrong, or should be looked at."""

    level: str = Field(description="`error` or `warning`.")
    language: str = Field(description="Empty: it concerns all.")
    field: str
    said: str


class PreviewBody(Input):
    language: Text = Field("", max_length=10, description="Empty: the customer's, or the store's.")
    customer_id: Id | None = Field(None, description="As whom it is shown; null: with examples.")


class Preview(Schema):
    """What would be sent. Where it would not be, `reason` says why and the rest is empty."""

    subject: str = ""
    body_text: str = ""
    body_html: str = ""
    language: str = ""
    reason: str = ""


@router.get(
    "/templates", operation_id="list_templates", summary="List templates", response=Page[TemplateItem],
    auth=requires("messages.read"),
)  # fmt: skip
def list_templates(
    request: ApiRequest, only: Query[TemplateQuery], query: Query[PageQuery]
) -> dict[str, Any]:
    """Templates by name."""
    page = templates_for_viewer(
        store=store_of(request), text=only.search, channel=only.channel or "", purpose=only.purpose,
        is_archived=only.archived, cursor=query.cursor, limit=query.limit,
    )  # fmt: skip
    return answer_page(page)


@router.put(
    "/templates", operation_id="put_template", summary="Write a template", response=WholeTemplate,
    auth=requires("messages.write"),
)  # fmt: skip
def put_template(request: ApiRequest, written: TemplateBody) -> Template:
    """Make the template of this key, or change it: other texts are a new version, what was sent keeps its."""
    store = store_of(request)
    definition = read_definition(written.model_dump())
    save_template(store, definition, actor=actor_of(request))
    found = template_named(store, definition.key)
    if found is None:
        raise Template.DoesNotExist
    return found


@router.get(
    "/templates/{template_id}", operation_id="get_template", summary="Get a template",
    response=WholeTemplate, auth=requires("messages.read"),
)  # fmt: skip
def get_template(request: ApiRequest, template_id: Id) -> Template:
    """One template, with its texts."""
    return template_for_viewer(store_of(request), template_id)


@router.post(
    "/templates/{template_id}/archive", operation_id="archive_template", summary="Archive a template",
    response=WholeTemplate, auth=requires("messages.write"),
)  # fmt: skip
def post_archive(request: ApiRequest, template_id: Id) -> Template:
    """Offer it to nobody any more; journeys that name it go on with it."""
    archive_template(template_for_viewer(store_of(request), template_id), actor=actor_of(request))
    return template_for_viewer(store_of(request), template_id)


@router.post(
    "/templates/{template_id}/unarchive", operation_id="unarchive_template", summary="Offer a template again",
    response=WholeTemplate, auth=requires("messages.write"),
)  # fmt: skip
def post_unarchive(request: ApiRequest, template_id: Id) -> Template:
    """Take back that it was archived."""
    unarchive_template(template_for_viewer(store_of(request), template_id), actor=actor_of(request))
    return template_for_viewer(store_of(request), template_id)


@router.get(
    "/templates/{template_id}/findings", operation_id="check_template", summary="Check a template",
    response=list[FindingItem], auth=requires("messages.read"),
)  # fmt: skip
def get_findings(request: ApiRequest, template_id: Id) -> list[Finding]:
    """What is wrong with it, errors first; empty when nothing is."""
    store = store_of(request)
    return check_template(store, definition_of(template_for_viewer(store, template_id)))


@router.post(
    "/templates/{template_id}/preview", operation_id="preview_template", summary="Preview a template",
    response=Preview, auth=requires("customers.read"),
)  # fmt: skip
def post_preview(request: ApiRequest, template_id: Id, asked: PreviewBody) -> Said | dict[str, str]:
    """What a customer would get. Nothing is sent."""
    store = store_of(request)
    definition = definition_of(template_for_viewer(store, template_id))
    customer = customer_for_viewer(store, asked.customer_id) if asked.customer_id else None
    try:
        return preview_template(store, definition, language=asked.language, customer=customer)
    except TemplateBroken as broken:
        return {"reason": str(broken)}
