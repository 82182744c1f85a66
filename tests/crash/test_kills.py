"""Whatever is killed, whenever: every event that was acknowledged is there, once."""

from __future__ import annotations

import os
import random
import threading
import time

import httpx
import pytest

from tests.conftest import wait_until
from tests.crash.installation import RunningInstallation, running_installation

TARGETS = ("intake", "worker", "postmaster", "backend", "run", "everything")


class Sender(threading.Thread):
    """Sends batches until told to stop, each again and again until it is acknowledged."""

    def __init__(self, url: str, write_key: str, name: str) -> None:
        super().__init__(name=name)
        self.url, self.auth = url, (write_key, "")
        self.stop = threading.Event()
        self.acknowledged: list[str] = []
        self.attempts = 0
        self.surprises: list[str] = []
        self.dice = random.Random(name)

    def run(self) -> None:
        number = 0
        while not self.stop.is_set():
            size = self.dice.choice((1, 1, 5, 40))
            batch = [f"{self.name}-{number + n}" for n in range(size)]
            number += size
            if self.deliver(batch):
                self.acknowledged += batch

    def deliver(self, batch: list[str]) -> bool:
        events = [{"type": "track", "userId": "u", "event": "Sent", "messageId": m} for m in batch]
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            self.attempts += 1
            try:
                reply = httpx.post(f"{self.url}/v1/batch", json={"batch": events}, auth=self.auth, timeout=20)
            except httpx.HTTPError:
                time.sleep(0.05)
                continue
            if reply.status_code == 200:
                return True
            if reply.status_code != 503:
                self.surprises.append(f"{reply.status_code} {reply.text[:200]}")
            time.sleep(0.05)
        self.surprises.append("not acknowledged in 90 s")
        return False


def kill_at_random(installation: RunningInstallation, senders: list[Sender], kills: int, seed: int) -> None:
    dice = random.Random(seed)
    for n in range(kills):
        time.sleep(dice.uniform(0.05, 0.8))
        target = TARGETS[n % len(TARGETS)]
        before = [len(sender.acknowledged) for sender in senders]
        installation.kill(target, dice)
        if target in {"run", "everything"}:
            installation.start()
        wait_until(
            lambda before=before: all(
                len(sender.acknowledged) > was for sender, was in zip(senders, before, strict=True)
            ),
            seconds=120,
        )


@pytest.mark.parametrize(
    "kills", [pytest.param(10, id="ten"), pytest.param(100, id="hundred", marks=pytest.mark.soak)]
)
def test_every_acknowledged_event_is_there_once(kills):
    seed = int(os.environ.get("REGARD_CRASH_SEED", random.randrange(10**6)))
    print(f"REGARD_CRASH_SEED={seed}")
    with running_installation() as installation:
        write_key = installation.regard("key", "create", "--store", "demo", "--kind", "write")
        senders = [Sender(installation.intake, write_key, f"sender{n}") for n in range(4)]
        for sender in senders:
            sender.start()
        try:
            kill_at_random(installation, senders, kills, seed)
        finally:
            for sender in senders:
                sender.stop.set()
            for sender in senders:
                sender.join()
        acknowledged = [message for sender in senders for message in sender.acknowledged]
        counts = installation.regard("events", "count", "--store", "demo", "--name", "Sent")
        kept = kept_messages(installation)
    assert [sender.surprises for sender in senders] == [[]] * 4
    assert sum(sender.attempts for sender in senders) > kills
    assert len(kept) == int(counts)
    assert len(set(kept)) == len(kept), "an event is there twice"
    assert set(acknowledged) <= set(kept), "an acknowledged event is missing"


def kept_messages(installation: RunningInstallation) -> list[str]:
    code = (
        "from regard.cli.installation import attached\n"
        "with attached():\n"
        "    from regard.capture.models import Event\n"
        "    for event in Event.objects.filter(name='Sent'): print(event.body['messageId'])"
    )
    return installation.python(code).split()
