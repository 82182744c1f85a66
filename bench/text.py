"""Texts understood with everything on: in bulk on one core and on two, one by one, and what the models cost."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor

from bench.installation import Installation

TEXTS = 4_000
LOAD = """
import resource, time
began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
from regard.text.understanding import understand
understand(["where is my order"])
print(time.process_time() - began, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def measure_text(_: Installation) -> Iterator[str]:
    """Lines that say what was measured; seconds are those of the processor."""
    from regard.text.language import language_of

    seconds, megabytes = subprocess.check_output([sys.executable, "-c", LOAD], text=True).split()
    yield f"load: {float(seconds):.2f} s (aim 1 s), {megabytes} MB more than the interpreter"
    texts = letters()
    length = sum(map(len, texts)) // len(texts)
    yield f"{len(texts):,} texts of {length} characters on average, in seven languages"
    limit = _seconds(lambda: [language_of(text) for text in texts])
    yield f"limit: their language alone              {len(texts) / limit:9,.0f} a second"
    bulk = _seconds(lambda: understand_all(texts))
    yield f"all that is understood, in bulk, a core  {len(texts) / bulk:9,.0f} a second"
    both = len(texts) / _on_two_cores(texts)
    yield f"the same on two cores (wall clock)       {both:9,.0f} a second (aim 2,000)"
    single = _seconds(lambda: [understand_all([text]) for text in texts[:300]]) / 300
    yield f"one text                                 {1000 * single:9.2f} ms (aim 10 ms)"
    yield f"peak memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,} MB"


def letters() -> list[str]:
    """Letters of one to four sentences, made of the examples that the models are taught with."""
    from regard.text.examples import examples_of
    from regard.text.language import UNDERSTOOD

    pick = random.Random(1)
    by_language = {
        code: [each.text for kind in ("intents", "sentiment") for each in examples_of(kind, (code,))]
        for code in UNDERSTOOD
    }
    return [
        ". ".join(pick.sample(by_language[pick.choice(UNDERSTOOD)], pick.randint(1, 4))) for _ in range(TEXTS)
    ]


def understand_all(texts: list[str]) -> int:
    from regard.text.understanding import understand

    return sum(len(understand(texts[first : first + 512])) for first in range(0, len(texts), 512))


def _on_two_cores(texts: list[str]) -> float:
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(understand_all, [texts[:10], texts[10:20]]))  # both have the models
        began = time.perf_counter()
        list(pool.map(understand_all, [texts[::2], texts[1::2]]))
        return time.perf_counter() - began


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
