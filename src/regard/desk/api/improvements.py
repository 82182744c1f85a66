"""Improvements, over JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from ninja import Field, Query, Schema, Status
from pydantic import AwareDatetime

from regard.core.domain.members import members_of
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
from regard.core.models import Store, User
from regard.desk.domain.closing_the_loop import set_public_words, tell_supporters
from regard.desk.domain.effect import Effect, effect_of
from regard.desk.domain.feedback_items import (
    LARGEST_VALUE,
    ItemFilter,
    Told,
    add_text,
    add_theme,
    change_item,
    evidence_of,
    item_for_viewer,
    items_for_viewer,
    open_item,
    remove_evidence,
    set_status,
)
from regard.desk.domain.publishing import publish_item
from regard.desk.domain.supporters import TEMPLATES, loop_of
from regard.desk.models import (
    FeedbackEvidence,
    FeedbackItem,
    FeedbackKind,
    FeedbackStatus,
    FeedbackUrgency,
    InnovationClass,
)
from regard.listen.models import Theme, Understanding

router = Router(tags=["Improvements"])
PUBLIC = {"status", "public_title", "public_text", "is_published"}  # of a change, what is no part of `Told`


class ImprovementItem(Schema):
    """What customers want or complain of."""

    id: int
    title: str
    text: str
    kind: FeedbackKind
    urgency: FeedbackUrgency
    innovation: InnovationClass = Field(description="Of which class it is.")
    status: FeedbackStatus
    owner_email: str | None = Field(description="Of the member whose it is; null: nobody's.")
    quarter: str = Field(description="In which it is to be done.", examples=["2026-Q4"])
    value_minor: int | None = Field(description="What a person expects of it in a year, in minor units.")
    gap: str = Field(description="What competitors have that the store lacks.")
    opened_at: AwareDatetime
    settled_at: AwareDatetime | None = Field(description="When it was done or declined.")
    public_title: str = Field(description="As customers would call it; empty: the title.")
    public_text: str = Field(description="What was done, or why not, in words for customers.")
    published_at: AwareDatetime | None = Field(description="Since when it stands on the shop's page.")
    texts: int = Field(description="That stand behind it, of the last year.")
    all_texts: int = Field(description="Of the store, in the same time.")
    customers: int = Field(description="Who raised it.")
    high_value_customers: int
    spent_minor: int = Field(description="By these customers, in all, in minor units.")
    score: float = Field(description="Impact times frequency, in per cent.")
    counted_at: AwareDatetime | None


class EvidenceItem(Schema):
    """What stands behind an improvement: a whole theme, or a text by the name that its source has for it."""

    id: int
    theme_id: int | None
    source: str
    external_id: str
    added_at: AwareDatetime


class LoopOfImprovement(Schema):
    """How many of those who asked were told what became of it."""

    supporters: int
    told: int
    waiting: int = Field(description="Who is about to be told.")
    unsent: dict[str, int] = Field(description="By the reason, who could not be told.")
    new: int = Field(description="Whom nobody has begun to tell.")
    reachable: int = Field(description="Of these, whom a message would reach now.")
    unreachable: dict[str, int] = Field(description="By the reason, the others of these.")


class SideOfEffect(Schema):
    texts: int = Field(description="That speak of it.")
    all_texts: int


class EffectOfImprovement(Schema):
    """How often customers speak of it, in as many days before it was done as since."""

    days: int
    before: SideOfEffect
    after: SideOfEffect
    ready_on: AwareDatetime | None = Field(description="When there are days enough; null: there are.")
    too_few: bool = Field(description="Whether there are too few texts to say anything.")
    change: float = Field(description="In percentage points.")
    interval: tuple[float, float] | None = Field(description="Of the change, of 95 percent; null: too few.")


class WholeImprovement(ImprovementItem):
    evidence: list[EvidenceItem]
    loop: LoopOfImprovement | None = Field(description="Null while it is neither done nor declined.")
    effect: EffectOfImprovement | None = Field(description="Null while it is not done.")


class ImprovementQuery(Schema):
    status: FeedbackStatus | None = Field(None, description="Only those in this state.")
    kind: FeedbackKind | None = Field(None, description="Only those of this type.")
    urgency: FeedbackUrgency | None = Field(None, description="Only those of this urgency.")
    innovation: InnovationClass | None = Field(None, description="Only those of this class.")
    search: Text = Field("", max_length=200, description="Words of the title.")


class Described(Input):
    """What may be said of an improvement."""

    innovation: InnovationClass = Field(InnovationClass.ISSUE, description="Of which class it is.")
    text: Text = Field("", max_length=4_000, description="What one should know of it.")
    owner_email: Text | None = Field(
        None, max_length=320, description="Of the member whose it is; null: nobody's."
    )
    quarter: Text = Field("", max_length=7, description="In which it is to be done.", examples=["2026-Q4"])
    value_minor: int | None = Field(
        None, ge=0, le=LARGEST_VALUE, description="What you expect of it in a year; null: unknown."
    )
    gap: Text = Field("", max_length=4_000, description="What competitors have that you lack.")


class NewImprovement(Described):
    title: Text = Field(
        max_length=200, description="What customers want, or complain of.", examples=["Zips that hold"]
    )
    kind: FeedbackKind = Field(description="What it is about.")
    urgency: FeedbackUrgency = Field(description="How much it matters to customers.")


class ImprovementChange(Described):
    """What is left out stays as it is."""

    title: Text = Field("", max_length=200, description="What customers want, or complain of.")
    kind: FeedbackKind = Field(FeedbackKind.PRODUCT, description="What it is about.")
    urgency: FeedbackUrgency = Field(FeedbackUrgency.NICE, description="How much it matters to customers.")
    status: FeedbackStatus = Field(FeedbackStatus.NEW, description="What is decided of it.")
    public_title: Text = Field("", max_length=200, description="As customers would call it.")
    public_text: Text = Field("", max_length=4_000, description="What was done, or why not, for customers.")
    is_published: bool = Field(False, description="Whether it stands on the shop's page; done ones can.")


class NewEvidence(Input):
    theme_id: Id | None = Field(None, description="All texts of this theme, the coming ones too.")
    text_id: Id | None = Field(None, description="One text, by its id among texts.")


class SupportersMeant(Schema):
    meant: int = Field(description="So many are told in the background, as far as messages can reach them.")


@router.get(
    "/improvements", operation_id="list_improvements", summary="List improvements",
    response=Page[ImprovementItem], auth=requires("customers.read"),
)  # fmt: skip
def list_improvements(
    request: ApiRequest, only: Query[ImprovementQuery], query: Query[PageQuery]
) -> dict[str, Any]:
    """What matters most first."""
    wanted = ItemFilter(**{name: str(value or "") for name, value in only.model_dump().items()})
    return answer_page(items_for_viewer(store_of(request), wanted, cursor=query.cursor, limit=query.limit))


@router.post(
    "/improvements", operation_id="create_improvement", summary="Write down an improvement",
    response={201: WholeImprovement}, auth=requires("tasks.handle"),
)  # fmt: skip
def post_improvement(request: ApiRequest, new: NewImprovement) -> dict[str, Any]:
    """Nothing stands behind it yet; add themes and texts next."""
    store = store_of(request)
    given = new.model_dump()
    owner = _owner(store, given.pop("owner_email"))
    told = Told(**given, owner=owner)
    return _whole(open_item(store, told, actor=actor_of(request)))


@router.get(
    "/improvements/{item_id}", operation_id="get_improvement", summary="Get an improvement",
    response=WholeImprovement, auth=requires("customers.read"),
)  # fmt: skip
def get_improvement(request: ApiRequest, item_id: Id) -> dict[str, Any]:
    """With what stands behind it, who was told what became of it, and what came of it."""
    return _whole(item_for_viewer(store_of(request), item_id))


@router.patch(
    "/improvements/{item_id}", operation_id="change_improvement", summary="Change an improvement",
    response=WholeImprovement, auth=requires("tasks.handle"),
)  # fmt: skip
def patch_improvement(request: ApiRequest, item_id: Id, body: ImprovementChange) -> dict[str, Any]:
    """What is left out stays as it is; nobody is told of a new state until that is asked for."""
    item = item_for_viewer(store_of(request), item_id)
    _change(item, body.model_dump(exclude_unset=True), actor=actor_of(request))
    return _whole(item)


@router.post(
    "/improvements/{item_id}/evidence", operation_id="add_improvement_evidence",
    summary="Say what stands behind it", response=WholeImprovement, auth=requires("tasks.handle"),
)  # fmt: skip
def post_evidence(request: ApiRequest, item_id: Id, body: NewEvidence) -> dict[str, Any]:
    """A theme or a text; one that is there already changes nothing."""
    store, actor = store_of(request), actor_of(request)
    item = item_for_viewer(store, item_id)
    if (body.theme_id is None) == (body.text_id is None):
        raise ValidationError({"theme_id": _("Name either a theme or a text.")})
    if body.theme_id is not None:
        add_theme(item, Theme.objects.get(store=store, pk=body.theme_id), actor=actor)
    if body.text_id is not None:
        add_text(item, Understanding.objects.get(store=store, pk=body.text_id), actor=actor)
    return _whole(item)


@router.delete(
    "/improvement-evidence/{evidence_id}", operation_id="remove_improvement_evidence",
    summary="Take away what stands behind it", response={204: None}, auth=requires("tasks.handle"),
)  # fmt: skip
def delete_evidence(request: ApiRequest, evidence_id: Id) -> Status[None]:
    """The texts themselves stay."""
    store = store_of(request)
    evidence = FeedbackEvidence.objects.get(item__store=store, pk=evidence_id)
    remove_evidence(item_for_viewer(store, evidence.item_id), evidence_id, actor=actor_of(request))
    return Status(204, None)


@router.post(
    "/improvements/{item_id}/tellings", operation_id="tell_supporters", summary="Tell those who asked",
    response=SupportersMeant, auth=requires("tasks.handle"),
)  # fmt: skip
def post_tellings(request: ApiRequest, item_id: Id) -> dict[str, int]:
    """That it is done, or declined: each once of each, in the background. Asked again, it means those who came
    since, and those who could not be told."""
    item = item_for_viewer(store_of(request), item_id)
    return {"meant": tell_supporters(item, actor=actor_of(request))}


@transaction.atomic
def _change(item: FeedbackItem, given: dict[str, Any], *, actor: str) -> None:
    if told := {name: value for name, value in given.items() if name not in PUBLIC}:
        change_item(item, _changed(item, told), actor=actor)
    if "status" in given:
        set_status(item, given["status"], actor=actor)
    if given.keys() & {"public_title", "public_text"}:
        words = {"title": item.public_title, "text": item.public_text}
        words |= {name: given[f"public_{name}"] for name in words if f"public_{name}" in given}
        set_public_words(item, **words, actor=actor)
    if "is_published" in given:
        publish_item(item, is_on=given["is_published"], actor=actor)


def _changed(item: FeedbackItem, told: dict[str, Any]) -> Told:
    """What a person said of it before, with these changes."""
    names = Told.__dataclass_fields__
    held = {name: getattr(item, name) for name in names}
    if "owner_email" in told:
        held["owner"] = _owner(item.store, told["owner_email"])
    return Told(**{**held, **{name: value for name, value in told.items() if name in names}})


def _owner(store: Store, email: str | None) -> User | None:
    if email is None:
        return None
    found = next((member.user for member in members_of(store) if member.user.email == email), None)
    if found is None:
        raise ValidationError({"owner_email": _("Nobody of this e-mail is a member of the store.")})
    return found


def _whole(item: FeedbackItem) -> dict[str, Any]:
    effect = effect_of(item)
    return {
        **{name: getattr(item, name) for name in ImprovementItem.model_fields},
        "evidence": evidence_of(item),
        "loop": vars(loop_of(item)) if item.status in TEMPLATES else None,
        "effect": _effect(effect) if effect else None,
    }


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        **asdict(effect),
        "too_few": effect.too_few,
        "change": effect.change,
        "interval": None if effect.too_few else effect.interval,
    }
