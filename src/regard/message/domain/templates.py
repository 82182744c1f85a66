"""Templates as people keep them: written, changed by new versions, brought back, read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from regard.act.models import Purpose
from regard.core import clock
from regard.core.domain.audit import changed_fields, record_audit
from regard.core.edges.keyset import KeysetPage, keyset_page
from regard.core.models import Store
from regard.message.domain.texts import Text, read_texts, write_texts
from regard.message.models import Template, TemplateChannel, TemplateVersion

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@dataclass(frozen=True)
class TemplateDefinition:
    """A template as it is written down."""

    key: str
    name: str
    channel: str
    purpose: str
    texts: Mapping[str, Text]


def read_definition(written: Any) -> TemplateDefinition:
    """A template as people, files and programs write it down. Raises ValidationError, by field."""
    if not isinstance(written, Mapping):
        raise ValidationError({"template": _("A template is a mapping with key, name, texts and so on.")})
    if unknown := sorted(
        str(name) for name in written if name not in TemplateDefinition.__dataclass_fields__
    ):
        raise ValidationError({"template": _("A template has no “%s”.") % ", ".join(unknown)})
    key, name = (
        str(written.get("key") or ""),
        " ".join(str(written.get("name") or "").replace("\0", "").split()),
    )
    channel = str(written.get("channel") or TemplateChannel.EMAIL)
    purpose = str(written.get("purpose") or Purpose.MARKETING)
    _check_head(key, name, channel, purpose)
    return TemplateDefinition(key, name, channel, purpose, read_texts(channel, written.get("texts")))


def write_definition(definition: TemplateDefinition) -> dict[str, Any]:
    """The same as plain values, for YAML and JSON."""
    said = {name: getattr(definition, name) for name in ("key", "name", "channel", "purpose")}
    return said | {"texts": write_texts(definition.texts)}


def definition_of(template: Template) -> TemplateDefinition:
    """A template as it is now. Select "current" along."""
    texts = read_texts(template.channel, template.current.texts) if template.current else {}
    return TemplateDefinition(template.key, template.name, template.channel, template.purpose, texts)


@transaction.atomic
def save_template(store: Store, definition: TemplateDefinition, *, actor: str) -> TemplateVersion | None:
    """Make the template, or change the one of this key: other texts are a new version; what was sent keeps its.

    None when everything is so already. Raises ValidationError when the channel would change.
    """
    found = Template.objects.select_for_update().filter(store=store, key=definition.key).first()
    if found is None:
        return _create(store, definition, actor)
    if found.channel != definition.channel:
        raise ValidationError({"channel": _("A template keeps its channel; make another one.")})
    before = {"name": found.name, "purpose": found.purpose}
    after = {"name": definition.name, "purpose": definition.purpose}
    changes = changed_fields(before, after)
    if changes:
        Template.objects.filter(pk=found.pk).update(**after)
    written = write_texts(definition.texts)
    version = (
        None if found.current and found.current.texts == written else _add_version(found, written, actor)
    )
    if changes or version:
        number = {"version": version.number} if version else {}
        record_audit(
            store=store,
            actor=actor,
            action="template.changed",
            target=_target(found),
            changes=changes,
            **number,
        )
    return version or (found.current if changes else None)


@transaction.atomic
def create_template(store: Store, definition: TemplateDefinition, *, actor: str) -> Template:
    """A new template. Raises ValidationError, by field, also where there is one of this key."""
    _check_head(definition.key, definition.name, definition.channel, definition.purpose)
    if Template.objects.filter(store=store, key=definition.key).exists():
        raise ValidationError({"key": _("There is a template of this short name.")})
    return _create(store, definition, actor).template


@transaction.atomic
def add_templates(store: Store, definitions: Sequence[TemplateDefinition], *, actor: str) -> int:
    """Make those of which the store has no template of the key, noted as one act; gives how many."""
    Store.objects.select_for_update(no_key=True).get(pk=store.pk)  # of two who add the same at once, one does
    keys = [definition.key for definition in definitions]
    held = set(Template.objects.filter(store=store, key__in=keys).values_list("key", flat=True))
    new = [definition for definition in definitions if definition.key not in held]
    for definition in new:
        _make(store, definition, actor)
    if new:
        added = [definition.key for definition in new]
        record_audit(store=store, actor=actor, action="templates.added", keys=added)
    return len(new)


def copy_template(template: Template, *, actor: str) -> Template:
    """Another template that says the same, under the first key that is free. Select "current" along."""
    now = definition_of(template)
    stem = re.sub(r"-\d+$", "", template.key)[:50]
    taken = set(
        Template.objects.filter(store=template.store, key__startswith=stem).values_list("key", flat=True)
    )
    number = next(number for number in count(2) if f"{stem}-{number}" not in taken)
    name = _("%(name)s (copy)") % {"name": now.name[:180]}
    return create_template(template.store, replace(now, key=f"{stem}-{number}", name=name), actor=actor)


@transaction.atomic
def archive_template(template: Template, *, actor: str) -> bool:
    """Offer the template to nobody any more; journeys that name it go on. False when that is so already."""
    if not Template.objects.filter(pk=template.pk, archived_at=None).update(archived_at=clock.now()):
        return False
    record_audit(store=template.store, actor=actor, action="template.archived", target=_target(template))
    return True


@transaction.atomic
def unarchive_template(template: Template, *, actor: str) -> bool:
    """Offer it again. False when that is so already."""
    archived = Template.objects.filter(pk=template.pk, archived_at__isnull=False)
    if not archived.update(archived_at=None):
        return False
    record_audit(store=template.store, actor=actor, action="template.unarchived", target=_target(template))
    return True


@transaction.atomic
def restore_version(template: Template, number: int, *, actor: str) -> TemplateVersion | None:
    """Say again what a version said, as a new version; None when that is what it says. Raises ValidationError."""
    old = TemplateVersion.objects.filter(template=template, number=number).first()
    if old is None:
        raise ValidationError({"version": _("The template has no version %d.") % number})
    texts = read_texts(template.channel, old.texts)
    return save_template(template.store, replace(definition_of(template), texts=texts), actor=actor)


def template_named(store: Store, key: str) -> Template | None:
    """The template of a key with its current version, or None. One query."""
    return Template.objects.filter(store=store, key=key).select_related("current", "store").first()


def template_for_viewer(store: Store, template_id: int) -> Template:
    """The template with its current version. One query. Raises Template.DoesNotExist."""
    return Template.objects.select_related("current", "store").get(store=store, pk=template_id)


def templates_of(store: Store) -> QuerySet[Template]:
    """All templates of a store with their current versions, by key."""
    return Template.objects.filter(store=store).select_related("current", "store").order_by("key")


def templates_for_viewer(
    *,
    store: Store,
    text: str = "",
    channel: str = "",
    purpose: str = "",
    is_archived: bool = False,
    cursor: str = "",
    limit: int = 50,
) -> KeysetPage[Template]:
    """Templates by name, those alone whose name or key holds the text. One query. Raises CursorInvalid."""
    rows: QuerySet[Template] = Template.objects.filter(store=store, archived_at__isnull=not is_archived)
    rows = rows.select_related("current")
    if text:
        rows = rows.filter(name__icontains=text) | rows.filter(key__icontains=text)
    asked = {"channel": channel, "purpose": purpose}
    rows = rows.filter(**{field: value for field, value in asked.items() if value})
    return keyset_page(rows, order=("name", "id"), cursor=cursor, limit=limit)


def versions_for_viewer(template: Template, *, limit: int = 50) -> list[TemplateVersion]:
    """The versions of a template, the latest first. One query."""
    return list(TemplateVersion.objects.filter(template=template).order_by("-number")[:limit])


def _check_head(key: str, name: str, channel: str, purpose: str) -> None:
    if not KEY.fullmatch(key):
        raise ValidationError({"key": _("Use small letters, digits and hyphens, 60 at the most.")})
    if not name or len(name) > 200:
        raise ValidationError({"name": _("Name the template, in 200 characters at the most.")})
    for field, value, known in (
        ("channel", channel, TemplateChannel.values),
        ("purpose", purpose, [Purpose.TRANSACTIONAL.value, Purpose.MARKETING.value]),
    ):
        if value not in known:
            raise ValidationError({field: _("Choose one of: %s.") % ", ".join(known)})


def _create(store: Store, definition: TemplateDefinition, actor: str) -> TemplateVersion:
    version = _make(store, definition, actor)
    record_audit(
        store=store, actor=actor, action="template.created", target=_target(version.template),
        channel=definition.channel,
    )  # fmt: skip
    return version


def _make(store: Store, definition: TemplateDefinition, actor: str) -> TemplateVersion:
    template = Template.objects.create(
        store=store,
        key=definition.key,
        name=definition.name,
        channel=definition.channel,
        purpose=definition.purpose,
    )
    return _add_version(template, write_texts(definition.texts), actor)


def _add_version(template: Template, texts: dict[str, Any], actor: str) -> TemplateVersion:
    number = template.current.number + 1 if template.current else 1
    version = TemplateVersion.objects.create(
        template=template, number=number, texts=texts, made_at=clock.now(), made_by=actor
    )
    Template.objects.filter(pk=template.pk).update(current=version)
    return version


def _target(template: Template) -> str:
    return f"template {template.key}"
