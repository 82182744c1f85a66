"""A template shown as one customer would get it, and sent to whoever tries it."""

from __future__ import annotations

import uuid
import zoneinfo
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from regard.act.domain.outbox import NewSend, queue_sends
from regard.act.models import Purpose
from regard.core.domain.audit import record_audit
from regard.core.models import Store
from regard.message.domain.compiling import Compiled, compile_text
from regard.message.domain.liquid import TemplateBroken
from regard.message.domain.rendering import Said, choose_language, fill
from regard.message.domain.templates import TemplateDefinition
from regard.message.domain.variables import GIVEN, LINKS, OF_STORE, example_values, loaded_values
from regard.message.models import TemplateChannel
from regard.profile.models import Customer

TEST_INTENT = "template-test"


def preview_template(
    store: Store, definition: TemplateDefinition, *, language: str = "", customer: Customer | None = None
) -> Said:
    """What it says in a language to a customer, or with examples for everything; what a journey would give along
    is an example in either case.

    language: "" for the customer's. Raises TemplateBroken where it would not be sent, with the reason.
    """
    chosen = _language(store, definition, language, customer)
    compiled = compile_text(
        definition.texts[chosen], channel=definition.channel, purpose=definition.purpose, language=chosen
    )
    return fill(store, compiled, _values(store, compiled, chosen, customer), chosen)


@transaction.atomic
def send_test(
    store: Store,
    definition: TemplateDefinition,
    *,
    to: str,
    actor: str,
    language: str = "",
    customer: Customer | None = None,
) -> str:
    """Send what a preview shows to the address of a member; gives that address.

    Raises TemplateBroken, and ValidationError for what is no e-mail.
    """
    if definition.channel != TemplateChannel.EMAIL:
        raise ValidationError(_("Only e-mails can be tried out by sending them to you."))
    said = preview_template(store, definition, language=language, customer=customer)
    test = NewSend(
        channel=definition.channel,
        recipient=to,
        purpose=Purpose.TEAM,
        intent=TEST_INTENT,
        instance=f"{definition.key}:{uuid.uuid4().hex[:12]}",
        subject=_("[Test] %s") % said.subject,
        body_text=said.body_text,
        body_html=said.body_html,
    )
    queue_sends(store, [test])
    record_audit(
        store=store, actor=actor, action="template.tried", target=f"template {definition.key}", to=to
    )
    return to


def _language(store: Store, definition: TemplateDefinition, language: str, customer: Customer | None) -> str:
    if language in definition.texts:
        return language
    if customer is not None:
        return choose_language(store, customer, definition.texts)
    if not definition.texts:
        raise TemplateBroken(_("Nothing is written yet."))
    return store.language if store.language in definition.texts else next(iter(definition.texts))


def _values(store: Store, compiled: Compiled, language: str, customer: Customer | None) -> Mapping[str, Any]:
    with translation.override(language), timezone.override(zoneinfo.ZoneInfo(store.time_zone)):
        if customer is not None:
            return {**GIVEN, **LINKS, **loaded_values(store, compiled.variables, [customer.pk])[customer.pk]}
        # The store and its brand are known without a customer.
        known = loaded_values(store, compiled.variables & OF_STORE, [0])[0]
        return {**example_values(), **known}
