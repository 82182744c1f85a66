"""Whatever is killed, whenever: every event that was acknowledged is there once, every act happened once, and
the profiles are those of a store where nothing was killed."""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, wait_until
from tests.connect.mailserver import running_mail_server
from tests.crash.day import CUSTOMERS, day_of_calls, regular_buyers
from tests.crash.installation import RunningInstallation, running_installation
from tests.crash.profiles import read_held
from tests.crash.sender import Sender

TARGETS = ("intake", "worker", "postmaster", "backend", "import", "run", "everything")
IMPORTED = 4_000
STORED = """
from regard.cli.installation import attached
with attached():
    from regard.capture.models import Event
    for event in Event.objects.filter(name='Sent'): print(event.body['messageId'])
"""
HELD = """
from regard.cli.installation import attached
with attached():
    from tests.crash.profiles import print_held
    print_held("{slug}")
"""
# What is left to do: events to read, customers to score, messages to send, alerts to tell of together.
LEFT = """
from regard.cli.installation import attached
with attached():
    from django.db.models import F
    from regard.act.domain.thresholds import BURST_SPAN
    from regard.act.models import AlertBurst, Send
    from regard.capture.domain.events import last_events
    from regard.capture.domain.reader import last_read
    from regard.core import clock
    from regard.core.models import Store
    from regard.journey.models import Enrolment, Signal
    from regard.pipeline import READER
    from regard.score.models import StaleCustomer
    # What a killed sender had in hand is free again after ten minutes; they are over.
    Send.objects.filter(state="sending").update(leased_until="2020-01-01T00:00:00Z")
    # So are the ten minutes in which critical alerts are gathered.
    bursts = AlertBurst.objects.filter(told_at=None, gathered__gt=0)
    bursts.filter(began_at__gt=clock.now() - BURST_SPAN).update(began_at=F("began_at") - BURST_SPAN)
    for store in Store.objects.all():
        newest = max((event.id for event in last_events(store, limit=1)), default=0)
        print(max(0, newest - last_read(store, reader=READER)))
    print(StaleCustomer.objects.count(), Send.objects.exclude(state="sent").count())
    print(Enrolment.objects.filter(state="active").count(), Signal.objects.count(), bursts.count())
"""
# Everybody who signs in gets a message, and another one when their order is on its way.
JOURNEY = """
journey: crash
name: Crash
holdout: 0
again: never
start: {event: identify}
steps:
  - send: crash
  - {do: tag, with: {tag: welcomed}}
  - wait_for: {event: Order Shipped}
    most: 30 days
    then: [{send: crash}]
"""
SWITCH_ON = """
from regard.cli.installation import attached
with attached():
    from regard.core.models import Store
    from regard.journey.domain.journeys import import_journey, switch_on
    from regard.message.domain.templates import read_definition, save_template
    store = Store.objects.get(slug="demo")
    texts = {{"en": {{"subject": "Hello", "body": [{{"text": "Hello {{{{ customer.email }}}}"}}]}}}}
    written = {{"key": "crash", "name": "Crash", "purpose": "transactional", "texts": texts}}
    save_template(store, read_definition(written), actor="tests")
    switch_on(import_journey(store, {journey!r}, actor="tests"), actor="tests")
"""
# The messages to the team, of one alert and of several; the alerts that each kind tells of, and all there are.
SENT = """
from regard.cli.installation import attached
with attached():
    from regard.act.models import Alert, AlertBurst, GatheredAlert, Send
    print(*Send.objects.filter(intent__in=("alert", "alerts")).values_list("message_id", flat=True))
    print(*Send.objects.filter(intent="alert").values_list("instance", flat=True))
    print(*GatheredAlert.objects.filter(burst__store__slug="demo").values_list("alert", flat=True))
    print(*Alert.objects.filter(store__slug="demo", level="critical").values_list("pk", flat=True))
    print(AlertBurst.objects.filter(gathered__gt=0, store__slug="demo").count())
"""
# By recipient how often they were written to, and how often their way through the journey ended well.
WRITTEN_TO = """
from regard.cli.installation import attached
with attached():
    from django.db.models import Count
    from regard.act.models import Send
    from regard.journey.models import Enrolment
    sends = Send.objects.filter(intent="journey:crash")
    print(*sends.values_list("message_id", flat=True))
    print(*sends.values("recipient").annotate(many=Count("id")).values_list("many", flat=True))
    print(*Enrolment.objects.order_by("state").values_list("state", flat=True))
"""
COUNTS = [pytest.param(10, id="ten"), pytest.param(100, id="hundred", marks=pytest.mark.soak)]


@pytest.fixture
def dice() -> random.Random:
    seed = int(os.environ.get("REGARD_CRASH_SEED", random.randrange(10**6)))
    print(f"REGARD_CRASH_SEED={seed}")
    return random.Random(seed)


def kill_at_random(
    installation: RunningInstallation, senders: Sequence[Sender], kills: int, dice: random.Random
) -> None:
    for n in range(kills):
        time.sleep(dice.uniform(0.05, 0.8))
        target = TARGETS[n % len(TARGETS)]
        before = [len(sender.acknowledged) for sender in senders]
        installation.kill(target, dice)
        if target in {"run", "everything"}:
            installation.start()
        wait_until(lambda before=before: all_went_on(senders, before), seconds=300)


def all_went_on(senders: Sequence[Sender], before: Sequence[int]) -> bool:
    return all(len(sender.acknowledged) > was for sender, was in zip(senders, before, strict=True))


@contextmanager
def sending(senders: Sequence[Sender]) -> Iterator[None]:
    for sender in senders:
        sender.start()
    try:
        yield
    finally:
        for sender in senders:
            sender.stop.set()
        for sender in senders:
            sender.join()


def numbered_batches(name: str) -> Iterator[list[dict[str, Any]]]:
    dice = random.Random(name)
    number = 0
    while True:
        size = dice.choice((1, 1, 5, 40))
        yield [
            {"type": "track", "userId": "u", "event": "Sent", "messageId": f"{name}-{number + n}"}
            for n in range(size)
        ]
        number += size


@pytest.mark.parametrize("kills", COUNTS)
def test_every_acknowledged_event_is_there_once(kills: int, dice: random.Random) -> None:
    with running_installation() as installation:
        write_key = installation.regard("key", "create", "--store", "demo", "--kind", "write")
        senders = [Sender(installation.intake, write_key, numbered_batches(f"sender{n}")) for n in range(4)]
        with sending(senders):
            kill_at_random(installation, senders, kills, dice)
        acknowledged = [message for sender in senders for message in sender.acknowledged]
        counts = installation.regard("events", "count", "--store", "demo", "--name", "Sent")
        kept = installation.python(STORED).split()
    assert [sender.surprises for sender in senders] == [[]] * 4
    assert sum(sender.attempts for sender in senders) > kills
    assert len(kept) == int(counts)
    assert len(set(kept)) == len(kept), "an event is there twice"
    assert set(acknowledged) <= set(kept), "an acknowledged event is missing"


class Importer(threading.Thread):
    """Imports a file again and again, killed or not, until it has once come to its end and is told to stop."""

    def __init__(self, installation: RunningInstallation, file: Path) -> None:
        super().__init__()
        self.installation, self.file = installation, file
        self.stop = threading.Event()
        self.ended: list[int] = []

    def run(self) -> None:
        while not (self.stop.is_set() and 0 in self.ended):
            command = [sys.executable, "-m", "regard", "import", "orders", str(self.file), "--store", "demo"]
            done = subprocess.run(
                command,
                env=self.installation.environment,
                cwd=ROOT,
                capture_output=True,
                check=False,
                timeout=300,
            )
            self.ended.append(done.returncode)
            time.sleep(0.1)


@pytest.fixture
def orders_file(tmp_path: Path) -> Path:
    """A past that has the customers of the day in it, and others."""
    path = tmp_path / "orders.csv"
    placed = datetime.now(UTC) - timedelta(days=400)  # noqa: TID251 - as the installation's own processes see it
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["order_id", "ordered_at", "customer_id", "email", "total", "status"])
        for n in range(IMPORTED):
            who = f"c{n % 40}" if n % 400 == 3 else f"past{n % 900}"
            at = (placed + timedelta(minutes=120 * n)).isoformat()
            rows.writerow([f"past-{n}", at, who, f"{who}@example.com", f"{n % 90}.50", "completed"])
    return path


def shuffled_days(
    calls: Sequence[dict[str, Any]], name: str, ended: Callable[[], bool]
) -> Iterator[list[Any]]:
    """The calls in small batches, whole and in another order each time, until `ended()`."""
    dice = random.Random(name)
    while True:
        order = dice.sample(calls, len(calls))
        while order:
            size = dice.choice((1, 2, 5, 20))
            batch, order = order[:size], order[size:]
            yield batch
            time.sleep(0.02)
        if ended():
            return


@pytest.mark.parametrize("kills", COUNTS)
def test_profiles_and_acts_are_those_of_a_calm_store(
    kills: int, dice: random.Random, orders_file: Path
) -> None:
    calls = day_of_calls(datetime.now(UTC))  # noqa: TID251 - see above
    with running_mail_server() as mail, running_installation(REGARD_SMTP_URL=mail.url) as installation:
        installation.regard("store", "create", "calm", "--currency", "EUR")
        keys = {slug: write_key(installation, slug) for slug in ("demo", "calm")}
        installation.python(SWITCH_ON.format(journey=JOURNEY))
        through = threading.Event()
        senders = [
            Sender(installation.intake, keys["demo"], shuffled_days(calls, f"shop{n}", through.is_set))
            for n in range(2)
        ]
        importer = Importer(installation, orders_file)
        importer.start()
        for sender in senders:
            sender.start()
        try:
            kill_at_random(installation, senders, kills, dice)
        finally:
            through.set()
            importer.stop.set()
            for thread in (*senders, importer):
                thread.join(300)
        assert [sender.surprises for sender in senders] == [[], []]

        calm = Sender(installation.intake, keys["calm"], [calls])
        calm.run()
        installation.regard("import", "orders", str(orders_file), "--store", "calm")
        wait_until(lambda: set(installation.python(LEFT).split()) == {"0"}, seconds=300)

        disturbed, undisturbed = (
            read_held(installation.python(HELD.format(slug=s))) for s in ("demo", "calm")
        )
        for part, rows in undisturbed.items():
            assert disturbed[part] == rows, part
        message_ids, alone, together, alerts, bursts = map(str.split, installation.python(SENT).splitlines())
        of_journey, messages, ways = installation.python(WRITTEN_TO).splitlines()
    assert len(alerts) == len(regular_buyers())
    assert sorted(alone + together) == sorted(alerts)
    assert len(message_ids) == len(set(message_ids)) == len(alone) + int(*bursts)
    assert (messages.split(), ways.split()) == (["2"] * CUSTOMERS, ["done"] * CUSTOMERS)
    wanted = {*message_ids, *of_journey.split()}
    assert {message["Message-ID"] for message in mail.taken} == wanted


def write_key(installation: RunningInstallation, slug: str) -> str:
    return installation.regard("key", "create", "--store", slug, "--kind", "write")
