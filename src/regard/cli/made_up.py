"""What is noted of made-up stores in the data folder: of which plan they are, and how far they are told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from regard.sim.plan import Plan, plan_until

FOLDER = "made-up"
CUSTOMERS, SEED = 3_000, 1  # of the demo store
LIVE = timedelta(days=5)  # what happened in the last days comes in as if it just had, and may raise alerts


@dataclass(frozen=True)
class MadeUp:
    """The notes on one store.

    They are written before anything is brought in, so that a fill that is broken off goes on with the same people.
    """

    data_folder: Path
    slug: str

    @property
    def is_begun(self) -> bool:
        return self._file.exists()

    @property
    def is_filled(self) -> bool:
        return self.is_begun and bool(self._read()["reached"])

    @property
    def plan(self) -> Plan:
        """Raises FileNotFoundError for a store that is not made up."""
        told = self._read()
        return Plan(told["seed"], told["customers"], datetime.fromisoformat(told["until"]))

    @property
    def reached(self) -> float:
        """How far its people's lives are told, in seconds since 1970; 0 before it is filled."""
        return float(self._read()["reached"])

    def begin(self, now: datetime, *, customers: int, seed: int) -> None:
        """Note a plan for a store that is to be filled, unless one is noted."""
        if not self.is_begun:
            plan = plan_until(now - LIVE, seed=seed, customers=customers)
            self._write(
                {"seed": seed, "customers": customers, "until": plan.until.isoformat(), "reached": 0.0}
            )

    def note_reached(self, reached: float) -> None:
        """Note how far the lives of its people are told."""
        self._write({**self._read(), "reached": reached})

    @property
    def _file(self) -> Path:
        return self.data_folder / FOLDER / f"{self.slug}.json"

    def _read(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self._file.read_text())
        return told

    def _write(self, told: dict[str, Any]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps(told) + "\n")
        part.replace(self._file)
