"""How often customers of a store are asked surveys, as people set it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regard.core.domain.audit import changed_fields, record_audit
from regard.core.models import Store
from regard.survey.models import AskingRules

FIELDS = ("short_days", "most_in_short", "long_days", "most_in_long")


def asking_rules(store: Store) -> AskingRules:
    """As they are set, or else the proposed ones. One query."""
    return AskingRules.objects.filter(store=store).first() or AskingRules(store=store)


@transaction.atomic
def change_asking_rules(
    store: Store, *, short_days: int, most_in_short: int, long_days: int, most_in_long: int, actor: str
) -> AskingRules:
    """Set them; they hold for whatever is asked from now on. Raises ValidationError, by field."""
    rules = asking_rules(store)
    before = {name: getattr(rules, name) for name in FIELDS}
    rules.short_days, rules.most_in_short = short_days, most_in_short
    rules.long_days, rules.most_in_long = long_days, most_in_long
    rules.clean_fields()
    if 0 < long_days < short_days:
        raise ValidationError({"long_days": _("The longer time cannot be shorter than the other.")})
    rules.save()
    changes = changed_fields(before, {name: getattr(rules, name) for name in FIELDS})
    record_audit(store=store, actor=actor, action="survey.rules_changed", target=store.slug, changes=changes)
    return rules
