"""What the made-up store means to do about what its customers say, each item with their own texts behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from regard.core import clock
from regard.core.models import Store
from regard.desk.domain.feedback_items import Told, add_text, add_theme, open_item, set_status
from regard.desk.models import FeedbackItem, FeedbackKind, FeedbackStatus, FeedbackUrgency, InnovationClass
from regard.listen.models import Theme, ThemeMention, Understanding

MOST_TEXTS = 3  # that stand behind an item by themselves
NEXT_QUARTER = timedelta(days=91)


@dataclass(frozen=True)
class Idea:
    """themes: of its texts, by their names. opened, settled: so many days before the present."""

    title: str
    text: str
    kind: FeedbackKind
    urgency: FeedbackUrgency
    innovation: InnovationClass
    themes: tuple[str, ...]
    opened: int
    status: FeedbackStatus = FeedbackStatus.NEW
    settled: int = 0
    value_minor: int | None = None
    gap: str = ""


SIZES = "Say on each product page how it fits"
IDEAS = (
    Idea(
        SIZES,
        "Measure each product anew. Begin with what is sent back most.",
        FeedbackKind.PRODUCT,
        FeedbackUrgency.CRITICAL,
        InnovationClass.ISSUE,
        ("runs small", "runs large"),
        50,
        FeedbackStatus.PLANNED,
        30,
        24_000_00,
        "Others show how it sits on people of a given height.",
    ),
    Idea(
        "Tell customers that a parcel is late before they ask",
        "The carrier knows a day earlier than we say. Write as soon as it does, with the new day.",
        FeedbackKind.SHIPPING,
        FeedbackUrgency.CRITICAL,
        InnovationClass.ISSUE,
        ("late delivery",),
        55,
        FeedbackStatus.DONE,
        12,
        15_000_00,
    ),
    Idea(
        "Replace lost parcels at once",
        "Send again without waiting for the carrier's search.",
        FeedbackKind.SHIPPING,
        FeedbackUrgency.IMPORTANT,
        InnovationClass.LOYALTY,
        ("lost parcel", "not received"),
        40,
        FeedbackStatus.PLANNED,
        20,
    ),
    Idea(
        "Check seams before packing",
        "Until the supplier's share of faults is below 1 %.",
        FeedbackKind.PRODUCT,
        FeedbackUrgency.IMPORTANT,
        InnovationClass.ISSUE,
        ("poor quality", "damaged or defective"),
        34,
    ),
    Idea(
        "Exchange without sending back first",
        "For who has bought twice: the right size leaves at once.",
        FeedbackKind.SERVICE,
        FeedbackUrgency.IMPORTANT,
        InnovationClass.FRICTION,
        ("exchanges", "returns"),
        28,
        value_minor=8_000_00,
    ),
    Idea(
        "Take back the price rise",
        "Asked for often since the rise; the quality has its price.",
        FeedbackKind.PRICING,
        FeedbackUrgency.IMPORTANT,
        InnovationClass.COMPETITION,
        ("too expensive", "not worth the money"),
        58,
        FeedbackStatus.DECLINED,
        25,
    ),
    Idea(
        "Refund on the day that a parcel comes back",
        "Today it waits for the weekly run of the bookkeeping.",
        FeedbackKind.SERVICE,
        FeedbackUrgency.NICE,
        InnovationClass.LOYALTY,
        ("refunds",),
        15,
    ),
    Idea(
        "Show pictures on the packing slip",
        "So that a wrong or missing thing is seen before it leaves.",
        FeedbackKind.SHIPPING,
        FeedbackUrgency.NICE,
        InnovationClass.FRICTION,
        ("wrong item", "missing items"),
        9,
    ),
)


def note_improvements(store: Store, *, present: datetime, actor: str) -> int:
    """Open those of which customers spoke; gives how many are new."""
    known = set(FeedbackItem.objects.filter(store=store).values_list("title", flat=True))
    themes = {theme.name: theme for theme in Theme.objects.filter(store=store)}
    opened = 0
    for idea in IDEAS:
        spoken = [themes[name] for name in idea.themes if name in themes]
        if spoken and idea.title not in known:
            _open(store, idea, spoken, present=present, actor=actor)
            opened += 1
    return opened


def item_of_sizes(store: Store) -> FeedbackItem | None:
    return FeedbackItem.objects.filter(store=store, title=SIZES).first()


def _open(store: Store, idea: Idea, themes: Sequence[Theme], *, present: datetime, actor: str) -> None:
    told = Told(
        title=idea.title, text=idea.text, kind=idea.kind, urgency=idea.urgency, innovation=idea.innovation,
        quarter=_quarter(present + NEXT_QUARTER) if idea.status == FeedbackStatus.PLANNED else "",
        value_minor=idea.value_minor, gap=idea.gap,
    )  # fmt: skip
    with clock.set_to(present - timedelta(days=idea.opened)):
        item = open_item(store, told, actor=actor)
    for theme in themes:
        add_theme(item, theme, actor=actor)
    for text in _latest(store, themes):
        add_text(item, text, actor=actor)
    if idea.status != FeedbackStatus.NEW:
        with clock.set_to(present - timedelta(days=idea.settled)):
            set_status(item, idea.status, actor=actor)


def _latest(store: Store, themes: Sequence[Theme]) -> list[Understanding]:
    rows = ThemeMention.objects.filter(theme__in=[theme.pk for theme in themes])
    ids = list(rows.order_by("-said_at", "-understanding_id").values_list("understanding_id", flat=True))
    return list(
        Understanding.objects.filter(store=store, pk__in=ids[:MOST_TEXTS]).order_by("-said_at", "-id")
    )


def _quarter(day: datetime) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"
