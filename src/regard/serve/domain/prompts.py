"""Prompts as people set them up: made, changed, switched on and off, copied, deleted."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.domain.audit import changed_fields, record_audit
from regard.core.models import Store
from regard.serve.domain.script import LARGEST, packed_size
from regard.serve.domain.terms import PromptTerms, checked
from regard.serve.domain.window import ensure_window
from regard.serve.models import Kind, Prompt, ShopWindow
from regard.survey.models import Survey, SurveyState

MOST_PROMPTS = 200
NAMES = tuple(each.name for each in fields(PromptTerms))


@transaction.atomic
def create_prompt(store: Store, terms: PromptTerms, *, actor: str) -> Prompt:
    """A new one, which is off. Raises ValidationError, by field."""
    values = checked(store, terms)
    ensure_window(store)
    ShopWindow.objects.select_for_update().get(store=store)
    if Prompt.objects.filter(store=store).count() >= MOST_PROMPTS:
        raise ValidationError(
            {"name": _("A store has at most %d prompts. Delete one that you need no more.") % MOST_PROMPTS}
        )
    prompt = Prompt(store=store, **values)
    prompt.save()
    _audit(prompt, "prompt.created", actor)
    return prompt


def terms_of(prompt: Prompt) -> PromptTerms:
    return PromptTerms(**{name: getattr(prompt, name) for name in NAMES})


@transaction.atomic
def change_prompt(prompt: Prompt, terms: PromptTerms, *, actor: str) -> None:
    """Visitors see it within a minute, if it is on. Raises ValidationError, by field."""
    locked = _locked(prompt)
    values = checked(prompt.store, terms)
    before = {name: getattr(locked, name) for name in values}
    for name, value in values.items():
        setattr(locked, name, value)
        setattr(prompt, name, value)
    locked.changed_at = clock.now()
    locked.save(update_fields=[*values, "changed_at"])
    if locked.is_on:
        _check_may_stand(locked)
    if changes := changed_fields(before, values):
        _audit(locked, "prompt.changed", actor, changes=changes)


@transaction.atomic
def switch_prompt(prompt: Prompt, *, is_on: bool, actor: str) -> bool:
    """Let it appear in the shop, or not any more; False when that is so already. Raises ValidationError."""
    locked = _locked(prompt)
    if locked.is_on == is_on:
        return False
    locked.is_on = prompt.is_on = is_on
    locked.save(update_fields=["is_on"])
    if is_on:
        _check_may_stand(locked)
    _audit(locked, "prompt.switched_on" if is_on else "prompt.switched_off", actor)
    return True


def copy_prompt(prompt: Prompt, *, actor: str) -> Prompt:
    """One that shows the same, and is off."""
    name = (_("Copy of %s") % prompt.name)[:100]
    return create_prompt(prompt.store, replace(terms_of(prompt), name=name), actor=actor)


@transaction.atomic
def delete_prompt(prompt: Prompt, *, actor: str) -> None:
    """With its counts; the events that told of it stay in the log."""
    _audit(prompt, "prompt.deleted", actor)
    prompt.delete()


def _locked(prompt: Prompt) -> Prompt:
    """All of a store wait for each other, since together they must fit into the script."""
    ShopWindow.objects.select_for_update().get(store=prompt.store_id)
    return Prompt.objects.select_related("store", "survey__current").get(store=prompt.store_id, pk=prompt.pk)


def _check_may_stand(prompt: Prompt) -> None:
    """Raises ValidationError for what would not appear if it were on."""
    if prompt.kind == Kind.SURVEY:
        _check_survey(prompt.store, prompt.survey_id)
    if packed_size(prompt.store) > LARGEST:
        raise ValidationError(
            _(
                "All prompts together are more than the shop's pages should load (5 kB). Switch one off that "
                "you need less, or shorten its words."
            )
        )


def _check_survey(store: Store, survey_id: int | None) -> None:
    survey = Survey.objects.filter(store=store, pk=survey_id or 0).first()
    if survey is None:
        raise ValidationError({"survey_id": _("Choose the survey that it shows.")})
    if survey.state != SurveyState.LIVE:
        said = _("“%s” is not live. Publish it first, or let it go on.")
        raise ValidationError({"survey_id": said % survey.name})
    if not survey.open_link:
        said = _("The link of “%s” is closed. Open it on the survey's page: visitors answer by it.")
        raise ValidationError({"survey_id": said % survey.name})
    window = ShopWindow.objects.get(store=store)
    if not window.sites:
        raise ValidationError(
            {"survey_id": _("Name the sites of your shop first: only there may a frame show the survey.")}
        )


def _audit(prompt: Prompt, action: str, actor: str, **detail: Any) -> None:
    record_audit(
        store=prompt.store, actor=actor, action=action, target=f"prompt:{prompt.pk} {prompt.name}", **detail
    )
