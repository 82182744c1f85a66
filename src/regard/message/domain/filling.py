"""Short texts with variables that are no messages, such as the title of a task."""

from __future__ import annotations

import zoneinfo
from collections.abc import Sequence

from django.utils import timezone, translation

from regard.core.languages import page_language
from regard.core.models import Store
from regard.message.domain.liquid import TemplateBroken, compiled_text, filled, plain_values
from regard.message.domain.rendering import Addressee
from regard.message.domain.variables import loaded_values


def fill_texts(store: Store, text: str, people: Sequence[Addressee]) -> list[str]:
    """The text for each of these, in the store's language; as it was written where it cannot be filled in.

    The statements of the variables that it names, however many people.
    """
    try:
        compiled = compiled_text(text, html=False)
    except TemplateBroken:
        return [text] * len(people)
    ids = {person.customer_id for person in people}
    zone = zoneinfo.ZoneInfo(store.time_zone)
    with translation.override(page_language(store.language)), timezone.override(zone):
        known = loaded_values(store, frozenset(compiled.global_variables()), ids)
        texts = []
        for person in people:
            values = {**(plain_values(person.values) or {}), **known[person.customer_id]}
            try:
                texts.append(filled(compiled, values))
            except TemplateBroken:
                texts.append(text)
    return texts
