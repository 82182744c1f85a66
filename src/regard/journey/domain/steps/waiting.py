"""Steps at which time passes: for a while, until a moment, until an event comes."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from regard.act.domain.good_hours import good_hours
from regard.core.domain.written.durations import duration_text
from regard.journey.domain.definition.parts import GOOD_HOUR, Wait, WaitFor, WaitUntil
from regard.journey.domain.steps.happened import happened_since
from regard.journey.domain.steps.moves import Move, Scene, Standing, Standings
from regard.journey.domain.telling import value_at


def wait(scene: Scene, step: Wait, standings: Standings) -> list[Move]:
    return [_pause(scene, step.id, _came_at(scene, standing) + step.time) for standing in standings]


def wait_until(scene: Scene, step: WaitUntil, standings: Standings) -> list[Move]:
    return [
        _pause(scene, step.id, moment)
        if moment
        else Move(to=scene.after(step.id), said=_("There is no such moment, so that nothing was waited for."))
        for moment in _moments(scene, step, standings)
    ]


def wait_for(scene: Scene, step: WaitFor, standings: Standings) -> list[Move]:
    """The event may have come before the step did: whoever comes to it, or has waited long enough, is asked of the
    log too."""
    program = scene.running.program
    unsure = [standing for standing in standings if step.id not in _came(standing)]
    asked = [one for one in unsure if one.enrolment.since is None or _is_over(scene, step, one)]
    found = dict(
        zip(
            [one.enrolment.pk for one in asked],
            happened_since(scene.store, program.definition.instance, step.on, asked),
            strict=True,
        )
    )
    moves = []
    for one in standings:
        told = _came(one).get(step.id) or found.get(one.enrolment.pk)
        if told is not None:
            values = {"came": {**_came(one), step.id: told}}
            moves.append(Move(to=program.beginning(step.came, step), values=values, said=_("It came.")))
        elif _is_over(scene, step, one):
            said = _("It did not come within %s.") % duration_text(step.most)
            moves.append(Move(to=program.beginning(step.missed, step), said=said))
        else:
            moves.append(Move(wake_at=_came_at(scene, one) + step.most))
    return moves


def _pause(scene: Scene, step_id: str, until: datetime) -> Move:
    if until <= scene.now:
        return Move(to=scene.after(step_id))
    return Move(wake_at=until)


def _came_at(scene: Scene, standing: Standing) -> datetime:
    return standing.enrolment.since or scene.now


def _is_over(scene: Scene, step: WaitFor, standing: Standing) -> bool:
    return _came_at(scene, standing) + step.most <= scene.now


def _came(standing: Standing) -> dict[str, Any]:
    came: dict[str, Any] = standing.enrolment.values.get("came") or {}
    return came


def _moments(scene: Scene, step: WaitUntil, standings: Standings) -> list[datetime | None]:
    if step.moment == GOOD_HOUR:
        return _good_hours(scene, standings)
    zone = ZoneInfo(scene.store.time_zone)
    found: list[datetime | None] = []
    for standing in standings:
        moment = step.moment
        told = value_at(standing.told, moment.removeprefix("event.")) if isinstance(moment, str) else moment
        begins = _moment_of(told, zone)
        found.append(begins + step.offset if begins else None)
    return found


def _moment_of(told: Any, zone: ZoneInfo) -> datetime | None:
    """A day begins at midnight in the store's time zone; None for what is no moment."""
    try:
        if isinstance(told, str):
            moment = datetime.fromisoformat(told)
            return moment if moment.tzinfo else moment.replace(tzinfo=zone)
        if isinstance(told, date):
            return datetime.combine(told, time(), zone)
    except ValueError:
        pass
    return None


def _good_hours(scene: Scene, standings: Standings) -> list[datetime | None]:
    """The next time that the hour comes at which each of them reads; somebody who is in it goes on at once."""
    hours = good_hours(scene.store, [standing.customer_id for standing in standings])
    found: list[datetime | None] = []
    for standing in standings:
        good = hours[standing.customer_id]
        came = _came_at(scene, standing).astimezone(good.zone)
        begins = came.replace(hour=good.hour, minute=0, second=0, microsecond=0)
        if came >= begins + timedelta(hours=1):
            begins += timedelta(days=1)
        found.append(begins)
    return found
