"""What the commands about templates print."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
import yaml
from django.core.exceptions import ValidationError
from django.db import transaction

from regard.cli.installation import ACTOR
from regard.core.models import Store
from regard.message.domain.checking import check_template
from regard.message.domain.liquid import TemplateBroken
from regard.message.domain.previewing import preview_template
from regard.message.domain.sender_records import check_sender, sender_domain
from regard.message.domain.starters import add_starters, starters
from regard.message.domain.templates import (
    TemplateDefinition,
    archive_template,
    definition_of,
    read_definition,
    save_template,
    template_named,
    templates_of,
    unarchive_template,
    versions_for_viewer,
    write_definition,
)
from regard.message.models import Template
from regard.profile.domain.finding import find_customer
from regard.profile.models import Customer


def say_templates(store: Store, *, channel: str, starters_only: bool, as_json: bool) -> None:
    """Key, channel, purpose, languages and name of each."""
    known = list(starters().values()) if starters_only else [*map(definition_of, templates_of(store))]
    shown = [each for each in known if not channel or each.channel == channel]
    if as_json:
        click.echo(json.dumps([_told(each) for each in shown], indent=2, ensure_ascii=False))
        return
    for each in shown:
        languages = ",".join(each.texts)
        click.echo(f"{each.key:<26}  {each.channel:<8}  {each.purpose:<13}  {languages:<8}  {each.name}")


def say_template(store: Store, key: str) -> None:
    """Raises click.ClickException for a template that the store does not have."""
    found = _template(store, key)
    click.echo(f"{found.name}  {found.channel}, {found.purpose}")
    for version in versions_for_viewer(found):
        mark = "*" if version.pk == found.current_id else " "
        languages = ", ".join(version.texts)
        click.echo(
            f"{mark} {version.number:>4}  {version.made_at:%Y-%m-%d %H:%M}  {version.made_by}  {languages}"
        )


def say_yaml(store: Store, keys: Sequence[str]) -> None:
    """Templates as they are written down, so that `import` reads them again."""
    written = [write_definition(definition_of(each)) for each in _templates(store, keys)]
    click.echo(yaml.dump(written, Dumper=_Readable, sort_keys=False, allow_unicode=True, width=110), nl=False)


def import_file(store: Store, file: Path) -> None:
    """Raises click.ClickException for what cannot be read; then nothing is changed."""
    try:
        written = yaml.safe_load(file.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file} is no YAML: {error}") from error
    with transaction.atomic():
        for each in written if isinstance(written, list) else [written]:
            try:
                definition = read_definition(each)
                version = save_template(store, definition, actor=ACTOR)
            except ValidationError as error:
                named = each.get("key", "?") if isinstance(each, dict) else "?"
                raise click.ClickException(f"{named}: {_words(error)}") from error
            click.echo(f"{definition.key}: {f'version {version.number}' if version else 'as it was'}")


def say_added(store: Store) -> None:
    click.echo(f"{add_starters(store, ACTOR)} templates added.")


def say_archived(store: Store, keys: Sequence[str]) -> None:
    for found in _templates(store, keys):
        click.echo(f"{found.key} {'is' if archive_template(found, actor=ACTOR) else 'was'} archived.")


def say_unarchived(store: Store, keys: Sequence[str]) -> None:
    for found in _templates(store, keys):
        done = unarchive_template(found, actor=ACTOR)
        click.echo(f"{found.key} {'is offered again' if done else 'was not archived'}.")


def say_findings(store: Store, keys: Sequence[str], *, as_json: bool) -> None:
    """Of each template; ends with 1 when there is a mistake."""
    found = [(each.key, check_template(store, definition_of(each))) for each in _templates(store, keys)]
    if as_json:
        told = {key: [asdict(finding) for finding in findings] for key, findings in found}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for key, findings in found:
            for each in findings:
                click.echo(f"{each.level:<7}  {key}  {each.language or '-'}  {each.field}: {each.said}")
        click.echo(f"{len(found)} templates checked.")
    if any(each.level == "error" for _key, findings in found for each in findings):
        raise click.exceptions.Exit(1)


def say_preview(store: Store, key: str, *, who: str, language: str, html: bool) -> None:
    """Raises click.ClickException where it would not be sent."""
    found = _template(store, key)
    try:
        customer = find_customer(store, who) if who else None
        said = preview_template(store, definition_of(found), language=language, customer=customer)
    except Customer.DoesNotExist:
        raise click.ClickException(f"{store.slug} has no customer {who!r}.") from None
    except TemplateBroken as broken:
        raise click.ClickException(str(broken)) from broken
    if html:
        click.echo(said.body_html)
        return
    click.echo(f"Subject: {said.subject}\n\n{said.body_text}" if said.subject else said.body_text)


def say_sender(domain: str) -> None:
    """The records of the domain, or of the installation's sender."""
    for check in check_sender(domain or sender_domain()):
        click.echo(f"{check.name:<5}  {check.state.value:<7}  {check.where}\n       {check.said}")
        if check.record:
            click.echo(f"       {check.record}")


class _Readable(yaml.SafeDumper):
    """Texts of several lines stand as such."""

    def represent_str(self, data: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", data, style="|" if "\n" in data else None)


_Readable.add_representer(str, _Readable.represent_str)


def _templates(store: Store, keys: Sequence[str]) -> list[Template]:
    return [_template(store, key) for key in keys] if keys else list(templates_of(store))


def _template(store: Store, key: str) -> Template:
    found = template_named(store, key)
    if found is None:
        raise click.ClickException(
            f"{store.slug} has no template {key!r}; `regard template list` names them."
        )
    return found


def _told(definition: TemplateDefinition) -> dict[str, object]:
    names = ("key", "name", "channel", "purpose")
    return {name: getattr(definition, name) for name in names} | {"languages": list(definition.texts)}


def _words(error: ValidationError) -> str:
    if hasattr(error, "error_dict"):
        return "; ".join(f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())
    return " ".join(error.messages)
