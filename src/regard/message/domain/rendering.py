"""Messages made of a template, each for one customer.

Something that a text shows and that is not known of a customer, and has no `default`, stops the message to this
customer. So does anything else that goes wrong: nobody gets half a message, and all others get theirs.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from regard.core.languages import page_language
from regard.core.models import Store
from regard.message.domain.compiling import Compiled, CompiledTexts, compiled_version
from regard.message.domain.liquid import TemplateBroken, filled, plain_values
from regard.message.domain.variables import links_of, loaded_values
from regard.message.models import Template, TemplateChannel, TemplateVersion
from regard.profile.domain.languages import languages_of
from regard.profile.models import Customer, shop_numbers

LONGEST_SUBJECT = 300


@dataclass(frozen=True)
class Addressee:
    """Whom a message is for. values: what it may name beside what is known anyway, such as event or offer. topic:
    of which its link to unsubscribe takes them off; "" for the channel."""

    identity_id: int
    customer_id: int
    values: Mapping[str, Any] = field(default_factory=dict)
    topic: str = ""


@dataclass(frozen=True)
class Said:
    """The words of a message. body_html is "" where the channel has none."""

    subject: str
    body_text: str
    body_html: str
    language: str


@dataclass(frozen=True)
class Rendered:
    """A message to be sent: as a channel takes it, and by which version of which template it was made."""

    recipient: str
    subject: str
    body_text: str
    body_html: str
    language: str
    purpose: str  # "marketing" or "transactional"
    template: str
    version: int


@dataclass(frozen=True)
class Unrendered:
    """Why there is no message, in words of the store's language."""

    reason: str


Result: TypeAlias = Rendered | Unrendered


def render_for(store: Store, template_key: str, channel: str, people: Sequence[Addressee]) -> list[Result]:
    """The message of a template to each of these, in the same order.

    A fixed number of statements, however many people: one for the template, one for the customers, and those of
    the variables that it names, for each of its languages.
    """
    with translation.override(page_language(store.language)):
        found = Template.objects.filter(store=store, key=template_key).select_related("current").first()
        if found is None or found.current is None:
            return [Unrendered(_("There is no template “%s”.") % template_key) for _person in people]
        if found.channel != channel:
            said = _("The template “%(key)s” is for %(its)s, not for %(wanted)s.")
            why = said % {"key": template_key, "its": found.channel, "wanted": channel}
            return [Unrendered(why) for _person in people]
        readers = _readers(store, found, found.current, {person.customer_id for person in people})
        return [readers.result(person) for person in people]


def fill(store: Store, compiled: Compiled, values: Mapping[str, Any], language: str) -> Said:
    """A text filled in with plain values. Raises TemplateBroken."""
    with translation.override(language), timezone.override(zoneinfo.ZoneInfo(store.time_zone)):
        subject = " ".join(filled(compiled.subject, values).split())[:LONGEST_SUBJECT]
        said = re.sub(r"[ \t]*\n(?:[ \t]*\n){2,}", "\n\n", filled(compiled.plain, values)).strip()
        html = filled(compiled.html, values) if compiled.html else ""
    return Said(subject, said, html, language)


def choose_language(store: Store, customer: Customer, texts: Mapping[str, Any]) -> str:
    """The customer's language where the template has it, else the store's, else the first that it has."""
    wanted = [*languages_of(customer.attributes), store.language]
    return next((language for language in wanted if language in texts), next(iter(texts)))


def recipient_on(channel: str, customer: Customer, shop_number: str = "") -> str:
    """Where a customer is reached, "" for nowhere: by push by the shop's own number of them, and in its pages the
    customer is the address.
    """
    match channel:
        case TemplateChannel.EMAIL:
            return customer.email
        case TemplateChannel.SMS | TemplateChannel.WHATSAPP:
            return customer.phone
        case TemplateChannel.PUSH:
            return shop_number
        case _:
            return f"customer:{customer.pk}"


@dataclass(frozen=True)
class _Readers:
    """A version with what is known of those it goes to: customers, their language, and values in that language."""

    template: Template
    version: TemplateVersion
    store: Store
    texts: CompiledTexts
    customers: Mapping[int, Customer]
    languages: Mapping[int, str]
    values: Mapping[int, Mapping[str, Any]]
    shop_numbers: Mapping[int, str]  # by which push reaches them; {} on other channels

    def result(self, person: Addressee) -> Result:
        customer = self.customers.get(person.customer_id)
        if customer is None:
            return Unrendered(_("There is no such customer."))
        recipient = recipient_on(self.template.channel, customer, self.shop_numbers.get(customer.pk, ""))
        if not recipient:
            return Unrendered(_("No address is known for %s.") % TemplateChannel(self.template.channel).label)
        try:
            return self._rendered(person, recipient)
        except TemplateBroken as broken:
            why = _("The template “%(key)s” cannot be used for this customer: %(why)s")
            return Unrendered(why % {"key": self.template.key, "why": broken})

    def _rendered(self, person: Addressee, recipient: str) -> Rendered:
        language = self.languages[person.customer_id]
        compiled = self.texts[language]
        if isinstance(compiled, str):
            raise TemplateBroken(compiled)
        values = {
            **(plain_values(person.values) or {}),
            **self.values[person.customer_id],
            **links_of(self.store, person.identity_id, self.template.channel, person.topic),
        }
        said = fill(self.store, compiled, values, language)
        return Rendered(
            recipient, said.subject, said.body_text, said.body_html, language, self.template.purpose,
            self.template.key, self.version.number,
        )  # fmt: skip


def _readers(store: Store, template: Template, version: TemplateVersion, ids: Collection[int]) -> _Readers:
    texts = compiled_version(version, template.channel, template.purpose)
    customers = Customer.objects.filter(store=store, merged_into=None).in_bulk(ids)
    languages = {pk: choose_language(store, customer, texts) for pk, customer in customers.items()}
    values = _loaded(store, texts, languages)
    numbers = shop_numbers(store.pk, ids) if template.channel == TemplateChannel.PUSH else {}
    return _Readers(template, version, store, texts, customers, languages, values, numbers)


def _loaded(
    store: Store, texts: CompiledTexts, languages: Mapping[int, str]
) -> Mapping[int, Mapping[str, Any]]:
    """By customer what is known of them, in their language, as far as its text names it."""
    values: dict[int, Mapping[str, Any]] = {}
    for language in sorted(set(languages.values())):
        compiled = texts[language]
        if isinstance(compiled, Compiled):
            ids = [pk for pk, theirs in languages.items() if theirs == language]
            with translation.override(language), timezone.override(zoneinfo.ZoneInfo(store.time_zone)):
                values |= loaded_values(store, compiled.variables, ids)
    return values
