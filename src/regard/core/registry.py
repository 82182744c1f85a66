"""What rooms announce to each other without importing one another.

Each registry is filled at start-up by the room that owns the thing, and read by any room.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import msgspec

if TYPE_CHECKING:
    from django.http import HttpRequest

    from regard.core.models import Store

T = TypeVar("T")


class Registry(Generic[T]):
    """Things by name; a name is taken once."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._items: dict[str, T] = {}

    def add(self, name: str, item: T) -> None:
        """Announce `item`. Raises ValueError when another thing has the name."""
        if self._items.setdefault(name, item) is not item:
            raise ValueError(f"two {self._what}s are named {name!r}")

    def get(self, name: str) -> T:
        """The thing with this name. Raises KeyError, naming what there is."""
        try:
            return self._items[name]
        except KeyError:
            raise KeyError(f"no {self._what} {name!r}; there are: {', '.join(sorted(self._items))}") from None

    def names(self) -> list[str]:
        return sorted(self._items)

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def __iter__(self) -> Iterator[T]:
        return iter(self._items.values())


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened, in plain values; its class name, in the past tense, is its name in the log."""


fact_types: Registry[type[Fact]] = Registry("fact type")


def fact(cls: type[Fact]) -> type[Fact]:
    """Class decorator: announce a fact type under its class name."""
    fact_types.add(cls.__name__, cls)
    return cls


# By the name of an event: what it was, in one line of the reader's language, of the fields of a fact or the
# properties of a call. These may lack anything, as after an erasure. Every fact type has words.
EventWords = Callable[[Mapping[str, Any]], str]
event_words: Registry[EventWords] = Registry("event in words")


FieldType = Literal["text", "email", "whole", "number", "money", "time", "currency", "truth", "words"]


@dataclass(frozen=True)
class ImportField:
    """One column that an import kind understands."""

    name: str
    type: FieldType
    meaning: str
    required: bool = False
    least: int | None = None  # of a number, or of money in minor units; inclusive
    most: int | None = None  # the same, or the characters of a text
    synonyms: tuple[str, ...] = ()  # other column names it is known by, in small letters with underscores


@dataclass(frozen=True)
class ImportKind:
    """What `regard import KIND` makes of a row.

    `identity` names the fields whose values together are the row's natural key. `to_fact` gets the converted
    row (money as integer minor units, times as aware datetimes, absent values left out) and the store;
    `occurred_at` names the field that tells when the fact happened, `user_id` the one that holds the shop's id of
    the customer. Of the fields in `one_of` a row needs at least one. `occurred_at` may name several fields: the
    first that a row has counts, and a row with none of them tells how things are when it is imported. rest: under
    this name the row holds, by column, whatever other columns the file has; "" leaves them out. note: says of a
    converted row what will be left out though the row counts, in words that follow the number of such rows; "" for
    nothing.
    """

    name: str
    fields: tuple[ImportField, ...]
    identity: tuple[str, ...]
    occurred_at: str | tuple[str, ...]
    to_fact: Callable[[Mapping[str, Any], Store], Fact]
    user_id: str = "customer_id"
    one_of: tuple[str, ...] = ()
    rest: str = ""
    note: Callable[[Mapping[str, Any], Store], str] | None = None


import_kinds: Registry[ImportKind] = Registry("import kind")


@dataclass(frozen=True)
class CustomerPanel:
    """A panel of the customer's page: `render` gives its HTML for (request, store, customer id), "" for none.

    label: by which the page leads to it. beside: it stands in the narrow column. glance: it is shown as well where
    somebody takes a quick look at the customer.
    """

    name: str
    order: int
    render: Callable[[HttpRequest, Store, int], str]
    label: str = ""
    beside: bool = False
    glance: bool = False


customer_panels: Registry[CustomerPanel] = Registry("customer panel")


@dataclass(frozen=True)
class EventPanel:
    """A panel of an event's page: `render` gives its HTML for (request, store, event id), "" for none."""

    name: str
    order: int
    render: Callable[[HttpRequest, Store, int], str]


event_panels: Registry[EventPanel] = Registry("event panel")


@dataclass(frozen=True)
class CustomerColumn:
    """A column of the list of customers: `load` gives the HTML of its cells by customer id, in one query.

    css: classes of its cells, such as those of numbers, and of what narrow screens leave out. further: it is
    hidden until somebody wants to see it, and is no figure of the customer's page, where a panel tells more.
    """

    name: str
    label: str
    order: int
    load: Callable[[Store, Sequence[int]], Mapping[int, str]]
    css: str = ""
    further: bool = False


customer_columns: Registry[CustomerColumn] = Registry("customer column")


SegmentType = Literal["number", "text", "choice", "truth", "time", "days", "texts"]


@dataclass(frozen=True)
class SegmentSource:
    """A table that segment fields read, with one row a customer at most.

    join: `LEFT JOIN ...` SQL that may name `customer` (a row of profile_customer) and the parameter
    `%(now)s`; it is part of a query only when a field of it is.
    """

    name: str
    join: str


@dataclass(frozen=True)
class SegmentField:
    """Something that a segment may ask of a customer.

    sql: an expression over `customer` or its source's table, NULL for "not known"; `%(now)s` is the moment of
    asking. type: "days" are days since, as a number; "texts" is an array of text; money is a number in
    the store currency's major unit. choices: value -> label, of a "choice". source: of a SegmentSource, "" for
    fields of the customer. sorts: two columns, one that rises with the field and the customer's id beside it, of
    an index on (store, these two); lists are ordered by them, since for the expression all would be read.
    unknown_is_least: where these columns are NULL the field is 0 and not unknown. is_money: a "number" that is
    money, which files tell with the decimals of the store's currency. is_group: a "choice" whose values part the
    customers into groups that Regard keeps, and that a customer's page names.
    """

    name: str
    type: SegmentType
    label: str
    sql: str
    source: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    sorts: tuple[str, str] | None = None
    unknown_is_least: bool = False
    is_money: bool = False
    is_group: bool = False


segment_sources: Registry[SegmentSource] = Registry("segment source")
segment_fields: Registry[SegmentField] = Registry("segment field")


@dataclass(frozen=True)
class DataHolder:
    """What a room keeps of customers: how to give it out, forget it, and derive it anew.

    export: everything held on one customer, as plain JSON values. erase: remove or redact what could identify
    the person, for good; gives how many rows it changed, for the proof. clear: delete what was projected from
    the events of these identities (given by id) before the events are read again; None when nothing is. drop:
    delete what was computed of customers (given by id) of whom nothing is known any more; None when nothing is.
    sources: the ids of the events that what `clear` deletes was taken from, where those of others are among them.
    clear_waiting: delete what these events told, or all events if None, of whom nobody knows yet; gives the ids of
    the other events that what is deleted was taken from.
    order: exports ascend by it; erasing and clearing go the other way, so that what refers to others goes first.
    """

    name: str
    order: int
    export: Callable[[Store, int], Any]
    erase: Callable[[Store, int], int]
    clear: Callable[[Store, Sequence[int]], None] | None = None
    drop: Callable[[Store, Sequence[int]], None] | None = None
    sources: Callable[[Store, Sequence[int]], Collection[int]] | None = None
    clear_waiting: Callable[[Store, Sequence[int] | None], Collection[int]] | None = None


data_holders: Registry[DataHolder] = Registry("data holder")

# What stays of a field's value when its person is erased, None for nothing; see capture.domain.impersonal.
KeptValue = Callable[[Any], Any]
# By the name of a call or fact: its fields of which something stays then, wherever they stand in it, so that a
# second reading gives the same figures. Numbers and times of facts stay anyway; of other events nothing does.
impersonal_fields: Registry[Mapping[str, KeptValue]] = Registry("event with impersonal fields")


@dataclass(frozen=True)
class ScoredFacts:
    """Facts about customers that scores count, of a room above scores.

    table: with `id`, `store_id`, `identity_id` and an index on that, and `told`, the ranks of what was told (see
    Order.told). moments: the kind of fact (a name of score.domain.known_facts.Kind) -> the column that says when
    it happened, NULL when it did not, and its entry in `told`.
    """

    name: str
    table: str
    moments: Mapping[str, tuple[str, str]]


scored_facts: Registry[ScoredFacts] = Registry("kind of scored facts")


@dataclass(frozen=True)
class Volume:
    """Something of which a store may get more, such as tickets, told apart by a text.

    sql: rows of (text, time, history) of the store `%(store)s`, between `%(since)s` and `%(until)s`.
    """

    name: str
    sql: str


volumes: Registry[Volume] = Registry("volume")


@dataclass(frozen=True)
class Backlog:
    """Work that many facts at once leave behind, such as scores to compute: `waiting` gives how much of it a store
    still has, `label` says of what."""

    name: str
    label: str
    waiting: Callable[[Store], int]


backlogs: Registry[Backlog] = Registry("backlog")


@dataclass(frozen=True)
class LakeSource:
    """What rows of a table of the lake are made of; the lake says what tables and columns there are.

    table: of PostgreSQL, with `id` and `store_id`. One row of it makes one of the lake's, which must follow from
    it alone: it is made anew when the row changes and never when others do. columns: by the lake's names, SQL over
    `fact`, a row of the table; `%(zone)s` and `%(currency)s` are the store's. counts: SQL that holds for rows that
    count. values: further parameters. moved_by: where only updates of these columns concern the lake.
    """

    name: str
    table: str
    columns: Mapping[str, str]
    counts: str = "TRUE"
    values: Mapping[str, Any] = field(default_factory=dict)
    moved_by: tuple[str, ...] = ()


lake_sources: Registry[LakeSource] = Registry("source of the lake")


@dataclass(frozen=True)
class NavigationEntry:
    """An entry of the rail: `url_name` takes the store's slug; shown to members with the permission."""

    name: str
    label: str
    url_name: str
    permission: str
    order: int
    icon: str
    group: str = field(default="main")
    key: str = ""  # the letter that leads there after g


navigation: Registry[NavigationEntry] = Registry("navigation entry")


@dataclass(frozen=True)
class TodayCard:
    """A card of a store's first page, shown to members with the permission.

    load: gives the template what it shows, or None for nothing to show; queries: the most statements that it
    may make however large the store is, which a test holds it to.
    """

    name: str
    title: str
    order: int
    permission: str
    template: str
    load: Callable[[Store], Mapping[str, Any] | None]
    queries: int
    width: str = ""  # "wide", "third", or half of the page


today_cards: Registry[TodayCard] = Registry("card")


@dataclass(frozen=True)
class FirstStep:
    """A step from an empty store to its first insight. is_done: one query at most; action: a word for the way."""

    name: str
    order: int
    permission: str
    title: str
    text: str
    url_name: str
    action: str
    is_done: Callable[[Store], bool]


first_steps: Registry[FirstStep] = Registry("first step")


@dataclass(frozen=True)
class FeedbackAction:
    """What can be made of a text or a theme, offered by a room above listen: its page gets the id of
    one as `text` or `theme`. Shown to members with the permission."""

    name: str
    label: str
    url_name: str
    permission: str
    icon: str


feedback_actions: Registry[FeedbackAction] = Registry("what can be made of feedback")


@dataclass(frozen=True)
class PaletteEntry:
    """Something to do, in the command palette. words: others that people look for it by, with spaces between."""

    name: str
    label: str
    url_name: str
    permission: str
    icon: str
    words: str = ""


palette_entries: Registry[PaletteEntry] = Registry("palette entry")


@dataclass(frozen=True)
class Found:
    """Something that the command palette leads to."""

    label: str
    url: str
    icon: str
    detail: str = ""


@dataclass(frozen=True)
class PaletteFinder:
    """Finds things of a store by what somebody types: `find` gets the store, the text and how many to give.

    It makes two statements at the most, and they read few rows however large the store is.
    """

    name: str
    title: str
    order: int
    permission: str
    find: Callable[[Store, str, int], Sequence[Found]]


palette_finders: Registry[PaletteFinder] = Registry("palette finder")


@dataclass(frozen=True)
class ActionCall:
    """A wish to act on a customer. key: the same for every attempt; what has it is done once, however often asked.

    origin: who wants it, such as "journey:win-back". parameters: by the names that the action announces.
    """

    identity_id: int
    customer_id: int
    key: str
    origin: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class ActionOutcome:
    """What came of a wish. said: a line for the log that people read; values: what later steps and messages may
    name, such as the code of an offer. is_done: or it was refused, and `said` says why."""

    said: str
    values: Mapping[str, Any] = field(default_factory=dict)
    is_done: bool = True


@dataclass(frozen=True)
class ActionParameter:
    """What an action wants to be told. choices: value -> label, of a "choice"; help: what it means, for people."""

    name: str
    label: str
    type: Literal["text", "words", "whole", "truth", "choice"] = "text"
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    help: str = ""


@dataclass(frozen=True)
class Action:
    """Something that journeys may do to customers, offered by the room that owns it.

    perform: does it for many in the caller's transaction and gives the outcome of each in order; it makes no
    more statements for many than for one, and does nothing twice for one key. check: what is wrong with
    parameters, in words for people; [] for nothing. example: the values of an outcome, for trying out what
    comes after it where nothing is done.
    """

    name: str
    label: str
    parameters: tuple[ActionParameter, ...]
    perform: Callable[[Store, Sequence[ActionCall]], Sequence[ActionOutcome]]
    check: Callable[[Store, Mapping[str, Any]], list[str]]
    example: Mapping[str, Any] = field(default_factory=dict)


actions: Registry[Action] = Registry("action")


@dataclass(frozen=True)
class TemplateVariable:
    """What messages may say of somebody, offered by the room that knows it.

    load: by customer id the value, made of texts, numbers, truths, lists and mappings of these alone, worded in
    the language that is active; for many customers it makes as many statements as for one. What is not known is
    left out. example: a value in which nothing is missing; people read it and previews show it. known: whether
    every customer has all of it. label: what it is, in words.
    """

    name: str
    label: str
    example: Any
    load: Callable[[Store, Collection[int]], Mapping[int, Any]]
    known: bool = False


template_variables: Registry[TemplateVariable] = Registry("template variable")
