"""What the people of the made-up store did in its newest rooms: they asked, showed, met and decided."""

from __future__ import annotations

from collections.abc import Iterator

from regard.capture.models import Source
from regard.cli.demo_improvements import note_improvements
from regard.cli.demo_programmes import found_programmes
from regard.cli.demo_prompts import show_prompts
from regard.cli.demo_surveys import ask_the_past
from regard.cli.import_progress import form_profiles
from regard.core.models import Store
from regard.desk.domain.feedback_items import recount_all
from regard.listen.domain.finding_themes import find_store_themes
from regard.listen.domain.understanding import understand_waiting
from regard.score.domain.standing import measure_standing
from regard.sim.plan import Plan


def live_in_rooms(store: Store, source: Source, plan: Plan, *, actor: str) -> Iterator[tuple[str, int]]:
    """All of it, and what to say of each part. What was done before stays as it is."""
    present, seed = plan.until, plan.seed
    yield "surveys answered", ask_the_past(store, present=present, seed=seed, actor=actor)
    yield "prompts shown", show_prompts(store, source, present=present, seed=seed, actor=actor)
    form_profiles(store)
    _understand(store)
    yield "improvements", note_improvements(store, present=present, actor=actor)
    yield "programmes", found_programmes(store, present=present, seed=seed, actor=actor)
    measure_standing(store)
    recount_all(store)


def _understand(store: Store) -> None:
    """What was said, and what it speaks of, as workers do at night."""
    while understand_waiting(store):
        pass
    find_store_themes(store)
