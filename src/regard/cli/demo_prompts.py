"""What the made-up store shows on the pages of its shop: a survey, and a message that is a draft."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from regard.capture.domain.calls import take_calls
from regard.capture.models import Source
from regard.cli.demo_answers import answer_survey
from regard.cli.demo_lots import Lots, first_by_lot
from regard.core import clock
from regard.core.models import Store
from regard.profile.models import Identity, IdentityKind
from regard.serve.domain.beginnings import take_beginning
from regard.serve.domain.counting import CLICKED, CLOSED, SHOWN
from regard.serve.domain.prompts import switch_prompt
from regard.serve.domain.window import set_window
from regard.serve.models import Prompt
from regard.survey.domain.answering.places import Came
from regard.survey.domain.answering.visits import visit_by_open_link
from regard.survey.domain.surveys import open_link, publish_survey
from regard.survey.models import Channel, Survey

LIVE, DRAFT = "exit-intent", "free-shipping"
SITE = "https://shop.example"
ON_FOR, DRAFTED = timedelta(days=19), timedelta(days=3)
MOST_SHOWN = 300
SHARES_ONE_IN = 3  # of those who were in the shop in that time
LOOKED = timedelta(seconds=50)
BEGIN, CLOSE = (
    0.16,
    0.66,
)  # of those who saw it: these begin the survey; up to here they close it; the rest go
MOOD = 0.5


@dataclass(frozen=True)
class Seen:
    """Somebody who was about to leave the shop, and saw it."""

    user_id: str
    at: datetime
    language: str


def show_prompts(store: Store, source: Source, *, present: datetime, seed: int, actor: str) -> int:
    """Switch one on, and tell who saw it as browsers do; gives how many did. Once only."""
    if Prompt.objects.filter(store=store).exists():
        return 0
    with clock.set_to(present - ON_FOR):
        prompt = _switch_on(store, actor)
    with clock.set_to(present - DRAFTED):
        take_beginning(store, DRAFT, actor=actor)
    seen = _visitors(store, present, seed)
    take_calls(source, _calls(prompt, seen, seed), history=True)
    for one in seen:
        if _lot(one, seed) < BEGIN:
            _answer(prompt, one, seed)
    return len(seen)


def show_lately(store: Store, source: Source, calls: Sequence[bytes], *, seed: int) -> int:
    """The same of those who, as these calls tell, looked at a product, as it happens; gives how many."""
    prompt = Prompt.objects.select_related("store", "survey").filter(store=store, is_on=True).first()
    if prompt is None:
        return 0
    seen = _seen_in(calls, seed)
    take_calls(source, _calls(prompt, seen, seed))
    for one in seen:
        if _lot(one, seed) < BEGIN:
            _answer(prompt, one, seed)
    return len(seen)


def _seen_in(calls: Sequence[bytes], seed: int) -> list[Seen]:
    """Each customer once, and not all of them."""
    told = [json.loads(call) for call in calls]
    viewed = [call for call in told if call.get("event") == "Product Viewed" and "userId" in call]
    people = {
        call["userId"]: Seen(call["userId"], datetime.fromisoformat(call["timestamp"]) + LOOKED, "")
        for call in viewed
    }
    drawn = [one for one in people.values() if Lots(seed, LIVE, one.user_id).share() * SHARES_ONE_IN < 1]
    return sorted(drawn, key=lambda one: (one.at, one.user_id))


def _switch_on(store: Store, actor: str) -> Prompt:
    set_window(store, sites=[SITE], pause_minutes=10, actor=actor)
    prompt = take_beginning(store, LIVE, actor=actor)
    survey = Survey.objects.select_related("store", "current").get(store=store, key=LIVE)
    publish_survey(survey, actor=actor)
    open_link(survey, is_open=True, actor=actor)
    switch_prompt(prompt, is_on=True, actor=actor)
    return Prompt.objects.select_related("store", "survey").get(store=store, pk=prompt.pk)


def _visitors(store: Store, present: datetime, seed: int) -> list[Seen]:
    """Of those who were last seen since it was switched on some, a minute before they went."""
    rows = Identity.objects.filter(
        store=store, kind=IdentityKind.USER_ID, customer__last_seen_at__gt=present - ON_FOR + timedelta(hours=1),
        customer__last_seen_at__lt=present,
    ).select_related("customer")  # fmt: skip
    people = {
        row.value: Seen(
            row.value, row.customer.last_seen_at - timedelta(minutes=1),
            str(row.customer.attributes.get("language", "")),
        )
        for row in rows
    }  # fmt: skip
    most = min(MOST_SHOWN, -(-len(people) // SHARES_ONE_IN))
    chosen = [people[name] for name in first_by_lot(seed, LIVE, sorted(people), most)]
    return sorted(chosen, key=lambda one: (one.at, one.user_id))


def _lot(one: Seen, seed: int) -> float:
    return Lots(seed, "prompt", one.user_id).share()


def _calls(prompt: Prompt, seen: list[Seen], seed: int) -> Iterator[bytes]:
    for one in seen:
        lot = _lot(one, seed)
        yield _call(prompt, one, SHOWN, 0)
        if lot < BEGIN:
            yield _call(prompt, one, CLICKED, 6)
        elif lot < CLOSE:
            yield _call(prompt, one, CLOSED, 4)


def _call(prompt: Prompt, one: Seen, event: str, after: int) -> bytes:
    told = {
        "type": "track", "event": event, "userId": one.user_id,
        "messageId": f"demo-{event.lower().replace(' ', '-')}-{prompt.pk}-{one.user_id}",
        "timestamp": (one.at + timedelta(seconds=after)).isoformat(),
        "properties": {"prompt_id": prompt.pk, "prompt": prompt.name, "prompt_kind": prompt.kind},
    }  # fmt: skip
    return json.dumps(told).encode()


def _answer(prompt: Prompt, one: Seen, seed: int) -> None:
    """In the frame that the shop's page shows, as whoever has the open link."""
    assert prompt.survey is not None  # noqa: S101 - it shows one
    lots = Lots(seed, "prompt", one.user_id, "answer")
    sitting = UUID(int=int(lots.share() * 2**52), version=4)
    with clock.set_to(one.at + timedelta(seconds=10)):
        visit = visit_by_open_link(prompt.survey.link, sitting=sitting, came=Came(Channel.WEB.value))
        language = one.language if one.language in visit.definition.languages else "en"
        answer_survey(visit, mood=MOOD, lots=lots, language=language)
