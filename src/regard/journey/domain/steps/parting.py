"""Steps at which ways part, and those at which the journey ends."""

from __future__ import annotations

from django.utils.translation import gettext as _

from regard.journey.domain.definition.parts import Branch, Leave, Split, Way
from regard.journey.domain.entering import chance
from regard.journey.domain.steps.moves import Move, Scene, Standing, Standings
from regard.journey.models import EnrolmentState
from regard.profile.domain.segments.matching import Moment, moments_that_match
from regard.profile.domain.segments.parse import parse_condition


def branch(scene: Scene, step: Branch, standings: Standings) -> list[Move]:
    moments = [Moment(standing.customer_id, standing.asked) for standing in standings]
    holds = moments_that_match(scene.store, parse_condition(step.when), moments)
    program = scene.running.program
    ways = {
        True: (step.then, _("The condition held.")),
        False: (step.otherwise, _("The condition did not hold.")),
    }
    return [Move(to=program.beginning(ways[met][0], step), said=ways[met][1]) for met in holds]


def split(scene: Scene, step: Split, standings: Standings) -> list[Move]:
    return [_one_way(scene, step, standing) for standing in standings]


def leave(_scene: Scene, step: Leave, standings: Standings) -> list[Move]:
    said = step.reason or _("The journey ends here.")
    return [Move(ends=EnrolmentState.EXITED, said=said) for _standing in standings]


def way_drawn(step: Split, journey_id: int, customer_id: int) -> tuple[int, Way]:
    """The place, from 1, and the way of a customer: the same whenever it is asked."""
    drawn = chance(f"split {journey_id} {step.id}", customer_id) * 100
    for place, way in enumerate(step.ways, 1):
        drawn -= way.share
        if drawn < 0:
            return place, way
    return len(step.ways), step.ways[-1]


def _one_way(scene: Scene, step: Split, standing: Standing) -> Move:
    place, way = way_drawn(step, scene.running.journey_id, standing.customer_id)
    said = _("Went the way “%s” by chance.") % (way.name or place)
    return Move(to=scene.running.program.beginning(way.steps, step), said=said, counted=f"way {place}")
