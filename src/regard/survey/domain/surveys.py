"""Writing surveys down, publishing, pausing and ending them. Every change is audited."""

from __future__ import annotations

from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.domain.written.reading import DefinitionInvalid
from regard.core.models import Store
from regard.survey.domain.checking import check_definition
from regard.survey.domain.definition.parts import Definition
from regard.survey.domain.definition.reading import read_definition, read_yaml
from regard.survey.domain.definition.writing import definition_values, definition_yaml
from regard.survey.models import Invitation, Submission, Survey, SurveyState, SurveyVersion

# From where a survey may go to which state.
MOVES = {
    SurveyState.DRAFT: {SurveyState.LIVE},
    SurveyState.LIVE: {SurveyState.PAUSED, SurveyState.ENDED},
    SurveyState.PAUSED: {SurveyState.LIVE, SurveyState.ENDED},
    SurveyState.ENDED: {SurveyState.LIVE},
}


@transaction.atomic
def save_draft(store: Store, definition: Definition, *, actor: str) -> Survey:
    """Keep a survey by its key: a new one, or the draft of a known one's next version. People are asked what the
    current version says until it is published."""
    survey = Survey.objects.select_for_update().filter(store=store, key=definition.key).first()
    values = definition_values(definition)
    if survey is not None and survey.draft == values:
        return survey
    if survey is None:
        survey = Survey(store=store, key=definition.key)
    survey.name, survey.draft, survey.changed_at = definition.name[:200], values, clock.now()
    survey.save()
    _audit(survey, "survey.saved", actor)
    return survey


def import_survey(store: Store, text: str, *, actor: str) -> Survey:
    """The same from a text in YAML. Raises DefinitionInvalid."""
    return save_draft(store, read_yaml(text), actor=actor)


def export_survey(survey: Survey) -> str:
    """The draft as YAML."""
    return definition_yaml(draft_of(survey))


def draft_of(survey: Survey) -> Definition:
    """As it is being written; the same as the current version while nobody changes it."""
    return read_definition(survey.draft)


def is_changed(survey: Survey) -> bool:
    """Whether its draft says something else than what people are asked."""
    return survey.current is None or survey.current.definition != survey.draft


@transaction.atomic
def publish_survey(survey: Survey, *, actor: str) -> SurveyVersion:
    """Ask what the draft says, from now on: a new version if it says anything new. Who is answering goes on with
    the version they began with. Raises DefinitionInvalid with all that keeps it."""
    # What is checked is what is published, also when somebody else saves the draft or publishes meanwhile.
    locked = Survey.objects.select_for_update().get(pk=survey.pk, store=survey.store_id)
    survey.name, survey.draft, survey.changed_at = locked.name, locked.draft, locked.changed_at
    problems = check_definition(survey.store, draft_of(survey))
    if problems:
        raise DefinitionInvalid(problems)
    version = survey.current if locked.current_id == survey.current_id else locked.current
    if version is None or version.definition != survey.draft:
        number = SurveyVersion.objects.filter(survey=survey).count() + 1
        version = SurveyVersion.objects.create(
            survey=survey,
            number=number,
            definition=survey.draft,
            published_at=clock.now(),
            published_by=actor,
        )
        _audit(survey, "survey.published", actor, version=number)
    survey.current = version
    survey.save(update_fields=["current"])
    _change_state(survey, SurveyState.LIVE, actor)
    return version


def resume_survey(survey: Survey, *, actor: str) -> None:
    """Ask on, what the current version says. Raises ValidationError for one that was never published."""
    if survey.current is None:
        raise ValidationError({"state": _("It was never published; publish it first.")})
    _change_state(survey, SurveyState.LIVE, actor)


def pause_survey(survey: Survey, *, actor: str) -> None:
    """Nobody is asked until it goes on; what was begun may be finished. Raises ValidationError."""
    _change_state(survey, SurveyState.PAUSED, actor)


def end_survey(survey: Survey, *, actor: str) -> None:
    """Nobody is asked, and nothing is taken any more. Raises ValidationError."""
    _change_state(survey, SurveyState.ENDED, actor)


@transaction.atomic
def open_link(survey: Survey, *, is_open: bool, actor: str) -> None:
    """Whether whoever has its address may answer."""
    was_other = Survey.objects.filter(pk=survey.pk, store=survey.store_id).exclude(open_link=is_open)
    survey.open_link = is_open
    if not was_other.update(open_link=is_open):
        return
    _audit(survey, "survey.link_opened" if is_open else "survey.link_closed", actor)


def copy_survey(survey: Survey, *, key: str, name: str, actor: str) -> Survey:
    """A draft that asks the same under another key. Raises ValidationError for a taken one."""
    if Survey.objects.filter(store=survey.store, key=key).exists():
        raise ValidationError({"key": _("There is a survey with this key already; choose another.")})
    return save_draft(survey.store, replace(draft_of(survey), key=key, name=name), actor=actor)


@transaction.atomic
def delete_draft(survey: Survey, *, actor: str) -> None:
    """Raises ValidationError once it was published or anybody was asked: what was said must stay to be read."""
    was_asked = (
        Invitation.objects.filter(survey=survey).exists() or Submission.objects.filter(survey=survey).exists()
    )
    if survey.state != SurveyState.DRAFT or was_asked:
        raise ValidationError({"survey": _("Only drafts that nobody was asked can be deleted; end it.")})
    _audit(survey, "survey.deleted", actor)
    survey.delete()


@transaction.atomic
def _change_state(survey: Survey, state: SurveyState, actor: str) -> None:
    locked = Survey.objects.select_for_update().get(pk=survey.pk)
    if locked.state == state:
        survey.state = state
        return
    if state not in MOVES[SurveyState(locked.state)]:
        told = {"state": locked.get_state_display(), "wanted": state.label}
        raise ValidationError({"state": _("It is %(state)s; it cannot be set to %(wanted)s.") % told})
    survey.state = state
    survey.ended_at = clock.now() if state == SurveyState.ENDED else None
    survey.save(update_fields=["state", "ended_at"])
    _audit(survey, f"survey.{state.value}", actor)


def _audit(survey: Survey, action: str, actor: str, version: int | None = None) -> None:
    record_audit(
        store=survey.store, actor=actor, action=action, target=f"survey:{survey.key}", version=version
    )
