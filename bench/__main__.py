"""`make bench`: what Regard does on this machine, beside a limit measured in the same run."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

from bench.installation import fresh_installation

PARTS = (
    "intake",
    "pages",
    "imports",
    "pipeline",
    "journeys",
    "sending",
    "surveys",
    "scores",
    "lifetime",
    "metrics",
    "churn",
    "rooms",
    "sim",
    "text",
    "understanding",
)


def main() -> None:
    """Each part on a fresh installation, in a process of its own; arguments choose some of them."""
    chosen = sys.argv[1:] or PARTS
    if len(chosen) > 1:
        sys.exit(max(subprocess.call([sys.executable, "-m", "bench", name]) for name in chosen))
    [name] = chosen
    print(f"== {name}", flush=True)
    with fresh_installation() as installation:
        for line in getattr(import_module(f"bench.{name}"), f"measure_{name}")(installation):
            print(line, flush=True)


if __name__ == "__main__":
    main()
