"""Steps at which something is done: a message, or an action of one of Regard's rooms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from regard.act.domain.outbox import NewSend, is_sendable, queue_sends
from regard.act.models import Purpose
from regard.core.registry import ActionCall, actions
from regard.journey.domain.definition.parts import Do, Send
from regard.journey.domain.steps.channels import SendWay, ways_to_send
from regard.journey.domain.steps.moves import Move, Scene, Standing, Standings
from regard.journey.domain.totals import HELD_BACK, SENT
from regard.message.domain.filling import fill_texts
from regard.message.domain.rendering import Addressee, Rendered, Unrendered, render_for


def send(scene: Scene, step: Send, standings: Standings) -> list[Move]:
    """Queue a message for each; what cannot be made for one is told there and stops nobody else."""
    ways = ways_to_send(scene.store, step, {one.customer_id for one in standings})
    made: dict[int, NewSend | Unrendered] = {}
    for way in dict.fromkeys(ways.values()):
        some = [one for one in standings if ways[one.customer_id] == way]
        people = [addressee(one, topic=scene.running.program.definition.topic) for one in some]
        rendered = render_for(scene.store, way.template, way.channel, people)
        for standing, message in zip(some, rendered, strict=True):
            made[standing.enrolment.pk] = _made(scene, step, way, standing, message)
    queue_sends(scene.store, [one for one in made.values() if isinstance(one, NewSend)])
    return [_sent(scene, step, ways[one.customer_id], made[one.enrolment.pk]) for one in standings]


def do(scene: Scene, step: Do, standings: Standings) -> list[Move]:
    """One call of the action for all; texts among its parameters are filled in for each."""
    action = actions.get(step.action)
    filled = _filled(scene, step, standings)
    calls = [
        ActionCall(
            identity_id=standing.enrolment.identity_id,
            customer_id=standing.customer_id,
            key=key_of_step(standing, step.id),
            origin=f"journey:{scene.running.key}",
            parameters=parameters,
        )
        for standing, parameters in zip(standings, filled, strict=True)
    ]
    return [
        Move(
            to=scene.after(step.id),
            said=outcome.said,
            values={step.action: dict(outcome.values)} if outcome.values else {},
            counted=SENT if outcome.is_done else HELD_BACK,
        )
        for outcome in action.perform(scene.store, calls)
    ]


def key_of_step(standing: Standing, step_id: str) -> str:
    """What is done at a step for somebody is done once under this name, in the outbox too."""
    return f"{standing.enrolment.pk}:{step_id}"


def intent_of(journey_key: str) -> str:
    """Why messages of a journey stand in the outbox."""
    return f"journey:{journey_key}"[:60]


def addressee(standing: Standing, *, topic: str = "") -> Addressee:
    """For whom a message is made: what steps before gave and what the event told have their names in it. topic: of
    which its link takes them off."""
    return Addressee(
        identity_id=standing.enrolment.identity_id,
        customer_id=standing.customer_id,
        values=dict(standing.enrolment.values),
        topic=topic,
    )


def _sent(scene: Scene, step: Send, way: SendWay, made: NewSend | Unrendered) -> Move:
    if isinstance(made, Unrendered):
        return Move(to=scene.after(step.id), said=made.reason, counted=HELD_BACK)
    said = _("The message “%s” was queued.") % way.template
    return Move(to=scene.after(step.id), said=f"{said} {way.why}".strip(), counted=SENT)


def _made(
    scene: Scene, step: Send, way: SendWay, standing: Standing, message: Rendered | Unrendered
) -> NewSend | Unrendered:
    if isinstance(message, Unrendered):
        return message
    new = _new_send(scene, step, way, standing, message)
    if is_sendable(scene.store, new):
        return new
    why = _("The message “%s” cannot be sent: its subject or address holds a control character.")
    return Unrendered(why % way.template)


def _new_send(scene: Scene, step: Send, way: SendWay, standing: Standing, message: Rendered) -> NewSend:
    definition = scene.running.program.definition
    return NewSend(
        channel=way.channel,
        recipient=message.recipient,
        purpose=Purpose(message.purpose),
        intent=intent_of(scene.running.key),
        instance=key_of_step(standing, step.id),
        subject=message.subject,
        body_text=message.body_text,
        body_html=message.body_html,
        identity_id=standing.enrolment.identity_id,
        priority=definition.priority,
        topic=definition.topic,
        may_wait_until=scene.now + step.outdated,
        template_version=f"{message.template}, {message.version}",
    )


def _filled(scene: Scene, step: Do, standings: Standings) -> Sequence[Mapping[str, Any]]:
    """The parameters for each, with variables in texts filled in. A query for each text that has any."""
    filled: list[dict[str, Any]] = [dict(step.parameters) for _standing in standings]
    for name, value in step.parameters.items():
        if isinstance(value, str) and "{" in value:
            texts = fill_texts(scene.store, value, [addressee(standing) for standing in standings])
            for parameters, text in zip(filled, texts, strict=True):
                parameters[name] = text
    return filled
