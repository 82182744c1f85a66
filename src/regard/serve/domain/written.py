"""Prompts as plain values, which the API and commands give and take; a survey goes by its key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regard.core.domain.written.reading import read_plain
from regard.core.models import Store
from regard.serve.domain.prompts import terms_of
from regard.serve.domain.terms import PARTS, PromptTerms
from regard.serve.models import Prompt
from regard.survey.models import Survey

NUMBERS = ("amount", "share", "again_days")
PATHS = ("included", "excluded")
NAMES = tuple("survey" if each.name == "survey_id" else each.name for each in fields(PromptTerms))


def values_of(prompt: Prompt) -> dict[str, Any]:
    """Of one that was read with its survey."""
    terms = terms_of(prompt)
    key = prompt.survey.key if prompt.survey else ""
    return {name: key if name == "survey" else getattr(terms, name) for name in NAMES}


def read_prompt(store: Store, text: str, *, before: PromptTerms | None = None) -> PromptTerms:
    """What a text in YAML or JSON says. Raises ValidationError, by field, for what is no such text."""
    return terms_from(store, read_plain(text), before=before)


def terms_from(store: Store, values: Any, *, before: PromptTerms | None = None) -> PromptTerms:
    """before: of a prompt that is changed; what is not said of it stays. Raises ValidationError, by field."""
    if not isinstance(values, Mapping):
        raise ValidationError({"prompt": _("Fields with values are wanted here.")})
    wrong = {str(name): _wrong(str(name), value) for name, value in values.items()}
    if before is None:
        wrong |= {name: _("This is missing.") for name in ("name", "kind") if name not in values}
    if told := {name: said for name, said in wrong.items() if said}:
        raise ValidationError(told)
    known = dict(values)
    if "survey" in known:
        known["survey_id"] = _survey(store, known.pop("survey"))
    return replace(before, **known) if before else PromptTerms(**known)


def _survey(store: Store, key: str) -> int | None:
    if not key:
        return None
    found = Survey.objects.filter(store=store, key=key.replace("\0", "")).values_list("pk", flat=True).first()
    if found is None:
        raise ValidationError({"survey": _("There is no survey “%s”.") % key})
    return found


def _wrong(name: str, value: Any) -> str:
    """What keeps a value from being what the field holds; "" for nothing."""
    if name not in NAMES:
        return _("There is no field %s.") % name + " " + _("There are: %s.") % ", ".join(NAMES)
    if name in NUMBERS:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return "" if is_number else _("Write a whole number.")
    if name == "without_consent":
        return "" if isinstance(value, bool) else _("Write true or false.")
    if name in PATHS:
        is_list = isinstance(value, list | tuple) and all(isinstance(path, str) for path in value)
        return "" if is_list else _("A list is wanted.")
    if name == "texts":
        return "" if _is_texts(value) else _("Write the title, text and button of each language.")
    return "" if isinstance(value, str) else _("A text is wanted.")


def _is_texts(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(language, str)
        and isinstance(parts, Mapping)
        and set(parts) <= set(PARTS)
        and all(isinstance(said, str) for said in parts.values())
        for language, parts in value.items()
    )
