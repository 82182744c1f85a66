"""The runner: takes the steps that are due, and looks at what events have signalled.

Any number of runners share the work. A chunk is one transaction: people's places in a journey, what was queued or
done for them and what is told of it are written together or not at all. Killed anywhere, it is done again from
where it stood, and nothing twice.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import psycopg
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.languages import page_language
from regard.core.models import Store
from regard.core.patience import took_too_long
from regard.journey.domain.broadcasting import enter_next_chunk
from regard.journey.domain.definition.parts import Listen, WaitFor
from regard.journey.domain.entering import NOTIFICATION
from regard.journey.domain.programs import Running, running_versions
from regard.journey.domain.steps.happened import hears
from regard.journey.domain.steps.moves import Scene, Standing
from regard.journey.domain.thresholds import CHUNK, LOOK_EVERY, RETRIES
from regard.journey.domain.totals import ENDED, WAITING, Counted, add_totals
from regard.journey.domain.walking import Walk, end_by_exit, end_enrolment, finish_walk, note, walk
from regard.journey.models import Enrolment, EnrolmentState, Signal

log = logging.getLogger("regard.journeys")

# Of the journeys that somebody is due in, the one that waits longest. The minimum is known by the index.
CLAIM = """
    WITH lane AS (
        SELECT journey.id, waiting.first FROM journey_journey AS journey CROSS JOIN LATERAL (
            SELECT min(wake_at) AS first FROM journey_enrolment AS enrolment
            WHERE enrolment.journey_id = journey.id AND enrolment.state = 'active'
        ) AS waiting
        WHERE journey.state IN ('on', 'off') AND waiting.first <= %(now)s
    )
    SELECT due.* FROM (SELECT id FROM lane ORDER BY first LIMIT %(lanes)s) AS lane CROSS JOIN LATERAL (
        SELECT * FROM journey_enrolment AS enrolment
        WHERE enrolment.journey_id = lane.id AND enrolment.state = 'active' AND enrolment.wake_at <= %(now)s
        ORDER BY enrolment.wake_at LIMIT %(chunk)s FOR NO KEY UPDATE SKIP LOCKED
    ) AS due LIMIT %(chunk)s
"""
WHOSE = """
    SELECT enrolment.id, identity.customer_id, EXISTS (
        SELECT FROM profile_identity AS other JOIN journey_enrolment AS earlier ON earlier.identity_id = other.id
        WHERE other.customer_id = identity.customer_id AND earlier.journey_id = enrolment.journey_id
        AND earlier.instance = enrolment.instance AND earlier.state = 'active' AND earlier.id < enrolment.id
    ) FROM journey_enrolment AS enrolment JOIN profile_identity AS identity ON identity.id = enrolment.identity_id
    WHERE enrolment.id = ANY(%s)
"""
LANES = 20  # journeys that a look is for, should others hold the first ones
TAKE_SIGNALS = """
    DELETE FROM journey_signal WHERE id = ANY(ARRAY(
        SELECT id FROM journey_signal ORDER BY id LIMIT %(chunk)s FOR UPDATE SKIP LOCKED
    )) RETURNING journey_signal.*
"""


def run_due(*, chunk: int = CHUNK) -> int:
    """Take one chunk of steps that are due, one of signals and one of a broadcast; gives how many were looked at.

    Never within a transaction. Somebody whose step fails is tried again later, alone, and given up at last.
    """
    return _answer_signals(chunk) + _take_due(chunk) + enter_next_chunk()


def run_forever(stop: threading.Event) -> None:
    """Run what is due until `stop` is set, woken by what the pipeline notifies of."""
    while not stop.is_set():
        try:
            with psycopg.connect(settings.REGARD_DSN, autocommit=True) as listening:
                listening.execute(f"LISTEN {NOTIFICATION}")
                while not stop.is_set():
                    if not run_due():
                        next(listening.notifies(timeout=LOOK_EVERY, stop_after=1), None)
        except (psycopg.Error, DatabaseError) as problem:
            log.warning("journeys wait for the database: %s", problem)
            close_old_connections()
            stop.wait(LOOK_EVERY)


def _take_due(chunk: int) -> int:
    due: list[Enrolment] = []
    try:
        with transaction.atomic():
            due = _claim(chunk)
            _walk_all(due)
        return len(due)
    except (OperationalError, InterfaceError) as problem:
        if not (due and took_too_long(problem)):
            raise
        return _take_in_halves(len(due))
    except Exception:
        log.exception("a chunk of steps failed; they are taken one by one")
        return _take_one_by_one(chunk)


def _take_in_halves(chunk: int) -> int:
    """A chunk for which the database takes too long: fewer may do, and whoever takes too long alone is put off."""
    if chunk == 1:
        return _take_one_by_one(1)
    log.warning("a chunk of %d steps takes too long; it is parted", chunk)
    return _take_due(chunk - chunk // 2) + _take_due(chunk // 2)


def _claim(chunk: int) -> list[Enrolment]:
    values = {"now": clock.now(), "chunk": chunk, "lanes": LANES}
    return list(Enrolment.objects.raw(CLAIM, values))


def _walk_all(due: Sequence[Enrolment]) -> None:
    by_version: dict[int, list[Standing]] = defaultdict(list)
    for standing in _standings(due):
        by_version[standing.enrolment.version_id].append(standing)
    running = running_versions(by_version)
    stores = Store.objects.in_bulk({enrolment.store_id for enrolment in due})
    counted: Counted = Counter()
    for version_id, standings in by_version.items():
        store = stores[standings[0].enrolment.store_id]
        with translation.override(page_language(store.language)):
            if version_id in running:
                counted.update(walk(store, running[version_id], standings))
            else:
                counted.update(_give_up(standings))
    add_totals(counted)


def _give_up(standings: Sequence[Standing]) -> Counted:
    """Their version cannot be read any more: nobody knows what they should get."""
    said = _("The version of the journey cannot be read any more.")
    ids = [standing.enrolment.pk for standing in standings]
    Enrolment.objects.filter(pk__in=ids).update(
        state=EnrolmentState.FAILED, wake_at=None, since=None, ended_at=clock.now(), reason=said, values={}
    )
    counted: Counted = Counter()
    for enrolment in (standing.enrolment for standing in standings):
        counted[enrolment.journey_id, enrolment.step, ENDED] += 1
        counted[enrolment.journey_id, enrolment.step, WAITING] -= enrolment.since is not None
    return counted


def _standings(enrolments: Iterable[Enrolment]) -> list[Standing]:
    """Whose they are by now, in one query."""
    known = list(enrolments)
    with connection.cursor() as cursor:
        cursor.execute(WHOSE, ([one.pk for one in known],))
        whose = {pk: (customer_id, is_double) for pk, customer_id, is_double in cursor.fetchall()}
    return [Standing(one, *whose[one.pk]) for one in known]


def _take_one_by_one(chunk: int) -> int:
    """What fails for one must not hold up the others: each in a transaction of its own."""
    taken = 0
    for _number in range(chunk):
        with transaction.atomic():
            due = _claim(1)
            if not due:
                return taken
            try:
                with transaction.atomic():
                    _walk_all(due)
            except Exception as problem:  # a room's action may raise anything
                if isinstance(problem, OperationalError | InterfaceError) and not took_too_long(problem):
                    raise
                _put_off(Enrolment.objects.get(pk=due[0].pk), problem)
            taken += 1
    return taken


def _put_off(enrolment: Enrolment, problem: Exception) -> None:
    """Try the step again later; after the last try the enrolment has failed, for people to see."""
    log.warning("step %s of enrolment %s failed", enrolment.step, enrolment.pk, exc_info=problem)
    (standing,) = _standings([enrolment])
    (running,) = running_versions([enrolment.version_id]).values()
    going = Walk(Scene(enrolment.store, running, clock.now()), [standing])
    said = _why(problem)
    note(going, standing, said)
    if enrolment.attempts >= len(RETRIES):
        end_enrolment(going, standing, EnrolmentState.FAILED, said)
    else:
        enrolment.wake_at = clock.now() + RETRIES[enrolment.attempts]
        enrolment.attempts += 1
    add_totals(finish_walk(going))


def _why(problem: Exception) -> str:
    if took_too_long(problem):
        return _("The step failed: the database took too long for it.")
    return _("The step failed: %s") % type(problem).__name__


def _answer_signals(chunk: int) -> int:
    """Let those leave whom an event ends the journey for, and wake those who wait for one. A signal that cannot be
    answered is dropped, so that it holds up no others: what is waited for is found in the log in the end."""
    try:
        return _answer_next(chunk)
    except Exception as problem:
        if isinstance(problem, OperationalError | InterfaceError) and not took_too_long(problem):
            raise
        log.exception("some signals cannot be answered; they are looked at one by one")
    return sum(_answer_or_drop() for _number in range(chunk))


def _answer_or_drop() -> int:
    try:
        return _answer_next(1)
    except Exception as problem:
        if isinstance(problem, OperationalError | InterfaceError) and not took_too_long(problem):
            raise
        log.exception("a signal cannot be answered, and is dropped")
        with transaction.atomic():
            return len(list(Signal.objects.raw(TAKE_SIGNALS, {"chunk": 1})))


@transaction.atomic
def _answer_next(chunk: int) -> int:
    signals = sorted(Signal.objects.raw(TAKE_SIGNALS, {"chunk": chunk}), key=lambda signal: signal.event_id)
    if not signals:
        return 0
    held = Enrolment.objects.select_for_update(no_key=True).filter(
        pk__in={signal.enrolment_id for signal in signals}, state=EnrolmentState.ACTIVE
    )
    standing_of = {one.enrolment.pk: one for one in _standings(held.order_by("id"))}
    running = running_versions({one.enrolment.version_id for one in standing_of.values()})
    by_version: dict[int, list[tuple[Standing, Signal]]] = defaultdict(list)
    for signal in signals:
        if standing := standing_of.get(signal.enrolment_id):
            by_version[standing.enrolment.version_id].append((standing, signal))
    counted: Counted = Counter()
    for version_id in by_version.keys() & running.keys():
        heard = by_version[version_id]
        store = Store.objects.get(pk=heard[0][0].enrolment.store_id)
        with translation.override(page_language(store.language)):
            counted.update(_answer(store, running[version_id], heard))
    add_totals(counted)
    return len(signals)


Heard = Sequence[tuple[Standing, Signal]]


def _answer(store: Store, running: Running, heard: Heard) -> Counted:
    standings = list({standing.enrolment.pk: standing for standing, _signal in heard}.values())
    going = Walk(Scene(store, running, clock.now()), standings)
    for each in running.program.definition.exits:
        for standing, signal in _fitting(going, each.on, heard):
            if standing.enrolment.state == EnrolmentState.ACTIVE:
                end_by_exit(going, standing, each, signal.name)
    for step in running.program.steps.values():
        if isinstance(step, WaitFor):
            at_it = [(one, signal) for one, signal in heard if _waits_at(one, step)]
            for standing, signal in _fitting(going, step.on, at_it):
                came = standing.enrolment.values.get("came") or {}
                standing.enrolment.values = {
                    **standing.enrolment.values,
                    "came": {step.id: signal.told} | came,
                }
                standing.enrolment.wake_at = going.scene.now
    return finish_walk(going)


def _waits_at(standing: Standing, step: WaitFor) -> bool:
    return standing.enrolment.state == EnrolmentState.ACTIVE and standing.enrolment.step == step.id


def _fitting(going: Walk, listen: Listen, heard: Heard) -> list[tuple[Standing, Signal]]:
    """Those signals that are what is listened for."""
    named = [(standing, signal) for standing, signal in heard if signal.name in listen.events]
    instance = going.scene.running.program.definition.instance
    fits = hears(going.scene.store, instance, listen, [(one, signal.told) for one, signal in named])
    return [item for item, fit in zip(named, fits, strict=True) if fit]
