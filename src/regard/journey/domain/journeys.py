"""Writing journeys down, and switching them on and off. Every change is audited."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.domain.written.reading import DefinitionInvalid
from regard.core.models import Store
from regard.journey.domain.broadcasting import stop_broadcasts
from regard.journey.domain.checking import check_definition
from regard.journey.domain.dates import day_before
from regard.journey.domain.definition.parts import Definition, Do, Send
from regard.journey.domain.definition.program import all_steps
from regard.journey.domain.definition.reading import read_definition, read_yaml
from regard.journey.domain.definition.writing import definition_values, definition_yaml
from regard.journey.domain.entering import NOTIFICATION
from regard.journey.domain.programs import running_versions
from regard.journey.domain.segment_starts import keep_members
from regard.journey.models import Enrolment, Journey, JourneyDay, JourneyState, JourneyVersion
from regard.message.domain.starters import ensure_template
from regard.survey.domain.shipped import ensure_survey

SURVEY = "survey"  # the action that asks one, and its parameter that names it

# From where a journey may go to which state.
MOVES = {
    JourneyState.DRAFT: {JourneyState.ON},
    JourneyState.ON: {JourneyState.PAUSED, JourneyState.OFF},
    JourneyState.PAUSED: {JourneyState.ON, JourneyState.OFF},
    JourneyState.OFF: {JourneyState.ON},
}


@transaction.atomic
def save_journey(store: Store, definition: Definition, *, actor: str) -> Journey:
    """Keep a journey by its key: a new one as a draft, another as a new version if anything in it changed.

    Templates and surveys that it names and the store lacks are added, if such come along. What is on goes on
    with the new version for those who enter from now on; so it must be free of problems then. Raises
    DefinitionInvalid.
    """
    journey = Journey.objects.select_for_update().filter(store=store, key=definition.key).first()
    for step in all_steps(definition.steps):
        if isinstance(step, Send):
            for template in (step.template, *step.others.values()):
                ensure_template(store, template, actor=actor)
        if isinstance(step, Do) and step.action == SURVEY:
            ensure_survey(store, str(step.parameters.get(SURVEY) or ""), actor=actor)
    if journey is not None and journey.state in {JourneyState.ON, JourneyState.PAUSED}:
        _refuse_problems(store, definition)
    if journey is None:
        journey = Journey(store=store, key=definition.key)
    values = definition_values(definition)
    if journey.current is not None and journey.current.definition == values:
        return journey
    before = journey.current
    journey.name, journey.description = definition.name[:200], definition.description
    journey.holdout, journey.is_playbook = min(definition.holdout, 90), definition.is_playbook
    journey.save()
    number = JourneyVersion.objects.filter(journey=journey).count() + 1
    journey.current = JourneyVersion.objects.create(
        journey=journey, number=number, definition=values, made_at=clock.now(), made_by=actor
    )
    journey.save(update_fields=["current"])
    is_on = journey.state in {JourneyState.ON, JourneyState.PAUSED}
    if is_on and before and definition.start != read_definition(before.definition).start:
        _begin_anew(journey)
    _audit(journey, "journey.saved", actor, version=number)
    return journey


def import_journey(store: Store, text: str, *, actor: str) -> Journey:
    """The same from a text in YAML. Raises DefinitionInvalid."""
    return save_journey(store, read_yaml(text), actor=actor)


def export_journey(journey: Journey) -> str:
    """The current version as YAML."""
    return definition_yaml(definition_of(journey))


def definition_of(journey: Journey) -> Definition:
    """What its current version says."""
    assert journey.current is not None  # noqa: S101 - every journey that was saved has one
    return read_definition(journey.current.definition)


@transaction.atomic
def switch_on(journey: Journey, *, actor: str) -> None:
    """Let customers in from now on, and those move who are inside. Raises DefinitionInvalid, ValidationError."""
    definition = definition_of(journey)
    _refuse_problems(journey.store, definition)
    if journey.state != JourneyState.PAUSED:
        _begin_anew(journey)
    _change_state(journey, JourneyState.ON, actor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", (NOTIFICATION,))


def pause_journey(journey: Journey, *, actor: str) -> None:
    """Nobody enters or moves until it is switched on again. Raises ValidationError."""
    _change_state(journey, JourneyState.PAUSED, actor)


@transaction.atomic
def switch_off(journey: Journey, *, actor: str) -> None:
    """Nobody enters any more; who is inside goes on to the end. Raises ValidationError."""
    stop_broadcasts(journey, _("The journey was switched off."))
    _change_state(journey, JourneyState.OFF, actor)


@transaction.atomic
def delete_draft(journey: Journey, *, actor: str) -> None:
    """Raises ValidationError once anybody has entered: what was done must stay to be read."""
    if journey.state != JourneyState.DRAFT or Enrolment.objects.filter(journey=journey).exists():
        raise ValidationError(
            {"journey": _("Only drafts that nobody entered can be deleted; switch it off.")}
        )
    _audit(journey, "journey.deleted", actor)
    Journey.objects.filter(pk=journey.pk).update(current=None)
    JourneyVersion.objects.filter(journey=journey).delete()
    journey.delete()


@transaction.atomic
def _change_state(journey: Journey, state: JourneyState, actor: str) -> None:
    locked = Journey.objects.select_for_update().get(pk=journey.pk)
    if locked.state == state:
        return
    if state not in MOVES[JourneyState(locked.state)]:
        told = {"state": locked.get_state_display(), "wanted": state.label}
        raise ValidationError({"state": _("It is %(state)s; it cannot be set to %(wanted)s.") % told})
    journey.state = state
    if state == JourneyState.ON:
        journey.switched_on_at = clock.now()
    journey.save(update_fields=["state", "switched_on_at"])
    _audit(journey, f"journey.{state.value}", actor)


def _begin_anew(journey: Journey) -> None:
    """Only who comes into the segment from now on enters, and only whose day comes from now on."""
    assert journey.current_id is not None  # noqa: S101 - it has a definition
    stop_broadcasts(journey, _("The journey began anew."))
    keep_members(journey.store, running_versions([journey.current_id])[journey.current_id])
    JourneyDay.objects.get_or_create(journey=journey, day=day_before(journey.store))


def _refuse_problems(store: Store, definition: Definition) -> None:
    problems = check_definition(store, definition)
    if problems:
        raise DefinitionInvalid(problems)


def _audit(journey: Journey, action: str, actor: str, version: int | None = None) -> None:
    record_audit(
        store=journey.store, actor=actor, action=action, target=f"journey:{journey.key}", version=version
    )
