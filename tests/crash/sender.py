"""Shops that never give up: what they send again and again until it is acknowledged."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import Any

import httpx


class Sender(threading.Thread):
    """Sends the batches, each until it is acknowledged; ends with them, or with the one at hand when told to."""

    def __init__(self, url: str, write_key: str, batches: Iterable[list[dict[str, Any]]]) -> None:
        super().__init__()
        self.url, self.auth, self.batches = url, (write_key, ""), batches
        self.stop = threading.Event()
        self.acknowledged: list[str] = []  # messageIds
        self.attempts = 0
        self.surprises: list[str] = []

    def run(self) -> None:
        for batch in self.batches:
            if self.stop.is_set():
                return
            if self.deliver(batch):
                self.acknowledged += [call["messageId"] for call in batch]

    def deliver(self, batch: list[dict[str, Any]]) -> bool:
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            self.attempts += 1
            try:
                reply = httpx.post(f"{self.url}/v1/batch", json={"batch": batch}, auth=self.auth, timeout=20)
            except httpx.HTTPError:
                time.sleep(0.05)
                continue
            if reply.status_code == 200:
                return True
            if reply.status_code != 503:
                self.surprises.append(f"{reply.status_code} {reply.text[:200]}")
            time.sleep(0.05)
        self.surprises.append("not acknowledged in 300 s")
        return False
