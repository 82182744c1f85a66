"""What is said of the store in public, and what became of it, over JSON."""

from __future__ import annotations

from typing import Any, Literal

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
    requires,
    store_of,
)
from regard.review.domain.mention_handling import (
    finish_mention,
    finish_mentions,
    hand_on,
    note_reply,
    reopen_mention,
)
from regard.review.domain.mention_queries import (
    KnownMention,
    MentionFilter,
    mention_for_viewer,
    mentions_for_viewer,
    mentions_named,
)
from regard.review.domain.told_mentions import LONGEST_SOURCE, LONGEST_URL
from regard.review.models import Mention
from regard.task.domain.making import LONGEST_TITLE

router = Router(tags=["Mentions"])
TOLD = (
    "external_id", "source", "author", "text", "url", "told_feeling", "interactions", "followers", "mentioned_at",
    "is_open",
)  # fmt: skip
DONE = ("done_at", "done_by", "reply_url")


class MentionItem(Schema):
    """Somebody spoke of the store in public, and what the store did about it."""

    id: int
    external_id: str = Field(description="As whoever watches the network names it.")
    customer_id: int | None = Field(description="Its author; null: nobody who is known.")
    source: str = Field(description="The network; empty: not told.")
    author: str = Field(description="What the author is called there.")
    text: str
    url: str = Field(description="Where it was said; empty: not told, or no address of the web.")
    told_feeling: str = Field(
        description="How it was told to sound: `negative`, `neutral`, `positive`; empty: not told."
    )
    feeling: str = Field(
        description="How its words sound: the same, or `unknown`; empty: not understood, or without words."
    )
    is_negative: bool = Field(description="As it was told, else as its words sound. Such stand first.")
    interactions: int
    followers: int
    mentioned_at: AwareDatetime
    is_open: bool = Field(description="It waits on the list for somebody to see to it.")
    done_at: AwareDatetime | None = Field(description="When somebody saw to it; null: nobody has.")
    done_by: str
    reply_url: str = Field(description="Where the store answered; empty: it has not.")
    task_id: int | None = Field(description="The task that was made of it.")


class MentionQuery(Schema):
    state: Literal["open", "done"] | None = Field(
        None, description="Only those that wait to be seen to, or that somebody saw to."
    )
    negative: bool = Field(False, description="Only those that sound negative.")
    source: Text = Field("", max_length=LONGEST_SOURCE, description="Only those of this network.")
    customer_id: Id | None = Field(None, description="Only what this customer said.")
    search: Text = Field("", max_length=200, description="In the words, or in the name of the author.")


class MentionReply(Input):
    url: Text = Field(
        min_length=1, max_length=LONGEST_URL, description="Where the store answered.",
        examples=["https://social.example/store/181774"],
    )  # fmt: skip


class MentionTask(Input):
    title: Text = Field(
        min_length=1, max_length=LONGEST_TITLE, description="What is to be done.", examples=["Call Ann"]
    )


class MentionSelection(Input):
    ids: list[Id] = Field(min_length=1, max_length=200, description="Of mentions.", examples=[[17, 18]])


class MentionsDone(Schema):
    ids: list[int] = Field(description="Of the mentions that were open until now.")


@router.get(
    "/mentions", operation_id="list_mentions", summary="List mentions", response=Page[MentionItem],
    auth=requires("customers.read"),
)  # fmt: skip
def list_mentions(request: ApiRequest, only: Query[MentionQuery], query: Query[PageQuery]) -> dict[str, Any]:
    """What is said of the store in public. With `state=open` the negative ones first; the latest first."""
    wanted = MentionFilter(
        state=only.state or "", is_negative=only.negative, source=only.source, customer_id=only.customer_id,
        search=only.search,
    )  # fmt: skip
    page = mentions_for_viewer(store=store_of(request), only=wanted, cursor=query.cursor, limit=query.limit)
    return {"items": [told_mention(known) for known in page.rows], "next": page.next_cursor or None}


@router.post(
    "/mentions/finish", operation_id="finish_mentions", summary="Be done with mentions", response=MentionsDone,
    auth=requires("reviews.handle"),
)  # fmt: skip
def post_finish_many(request: ApiRequest, selection: MentionSelection) -> dict[str, list[int]]:
    """Note that somebody saw to many mentions. Those that are done, and other stores', stay as they are."""
    named = mentions_named(store_of(request), selection.ids)
    return {"ids": [mention.pk for mention in finish_mentions(named, actor=actor_of(request))]}


@router.get(
    "/mentions/{mention_id}", operation_id="get_mention", summary="Get a mention", response=MentionItem,
    auth=requires("customers.read"),
)  # fmt: skip
def get_mention(request: ApiRequest, mention_id: Id) -> dict[str, Any]:
    """One mention."""
    return _told(request, mention_id)


@router.post(
    "/mentions/{mention_id}/finish", operation_id="finish_mention", summary="Be done with a mention",
    response=MentionItem, auth=requires("reviews.handle"),
)  # fmt: skip
def post_finish(request: ApiRequest, mention_id: Id) -> dict[str, Any]:
    """Note that somebody saw to it. One that is done stays as it is."""
    finish_mention(_mention(request, mention_id), actor=actor_of(request))
    return _told(request, mention_id)


@router.post(
    "/mentions/{mention_id}/reopen", operation_id="reopen_mention", summary="Reopen a mention",
    response=MentionItem, auth=requires("reviews.handle"),
)  # fmt: skip
def post_reopen(request: ApiRequest, mention_id: Id) -> dict[str, Any]:
    """Take back that somebody saw to it. One that is open stays as it is."""
    reopen_mention(_mention(request, mention_id), actor=actor_of(request))
    return _told(request, mention_id)


@router.put(
    "/mentions/{mention_id}/reply", operation_id="answer_mention", summary="Note where a mention was answered",
    response=MentionItem, auth=requires("reviews.handle"),
)  # fmt: skip
def put_reply(request: ApiRequest, mention_id: Id, reply: MentionReply) -> dict[str, Any]:
    """Keep the address of the store's answer, in place of the one before. The mention is done by that."""
    note_reply(_mention(request, mention_id), url=reply.url, actor=actor_of(request))
    return _told(request, mention_id)


@router.post(
    "/mentions/{mention_id}/task", operation_id="hand_mention_on", summary="Make a task of a mention",
    response={201: MentionItem}, auth=requires("tasks.handle"),
)  # fmt: skip
def post_task(request: ApiRequest, mention_id: Id, new: MentionTask) -> dict[str, Any]:
    """With its words and its address, about its author. A mention has one task: a second one is refused."""
    hand_on(_mention(request, mention_id), title=new.title, actor=actor_of(request))
    return _told(request, mention_id)


def _mention(request: ApiRequest, mention_id: int) -> Mention:
    return mention_for_viewer(store_of(request), mention_id).mention


def _told(request: ApiRequest, mention_id: int) -> dict[str, Any]:
    return told_mention(mention_for_viewer(store_of(request), mention_id))


def told_mention(known: KnownMention) -> dict[str, Any]:
    """As the API tells it."""
    mention, standing = known.mention, known.standing
    return {
        "id": mention.pk,
        **{name: getattr(mention, name) for name in TOLD},
        "customer_id": known.customer.pk if known.customer else None,
        "feeling": known.understood.feeling if known.understood else "",
        "is_negative": known.is_negative,
        **{name: getattr(standing, name) for name in DONE},
        "task_id": standing.task,
    }
