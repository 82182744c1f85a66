"""Texts understood on the command line, and the models that do it made anew. Nothing here needs a database."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from regard.core import clock

if TYPE_CHECKING:
    from regard.listen.domain.second_reading import SecondReader
    from regard.text.understanding import Understood

BATCH = 512  # lines understood at once


@click.group()
def text() -> None:
    """Understand texts: language, feeling, intents, urgency, themes."""


@text.command()
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
@click.option(
    "--products", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with a product's name on each line, to be found in the texts.",
)  # fmt: skip
@click.option(
    "--model-url",
    help="Ask a language model too: address of a chat-completions server. Masked texts are sent there.",
)
@click.option("--model-name", default="", help="The model's name there.")
@click.option(
    "--model-for", type=click.Choice(["unsure", "all"]), default="unsure", show_default=True,
    help="Ask it of the texts of which Regard is unsure, or of all.",
)  # fmt: skip
@click.option(
    "--model-most", type=click.IntRange(1), default=100, show_default=True, help="Texts sent at the most."
)
def understand(
    file: IO[str],
    *,
    products: Path | None,
    model_url: str | None,
    model_name: str,
    model_for: str,
    model_most: int,
) -> None:
    """Read JSON lines with `id` and `text`, from FILE or standard input; write what is understood of each.

    A line that cannot be read is reported with its number on standard error, and the rest goes on; the exit status
    is then 1. A language model's key is read from LANGUAGE_MODEL_KEY.
    """
    from regard.text.understanding import understand as understand_texts  # noqa: PLC0415 - reads the models

    names = products.read_text("utf-8").splitlines() if products else []
    reader = _second_reader(model_url, model_name, most=model_most, every_text=model_for == "all")
    bad = Refusals()
    for batch in _batches(_records(file, bad)):
        understood = understand_texts([each["text"] for each in batch], products=names)
        for record, each in zip(batch, understood, strict=True):
            told = _read_again(reader, record["text"], each) if reader else each.as_json()
            click.echo(json.dumps({"id": record["id"], **told}, ensure_ascii=False))
    if reader:
        click.echo(f"Sent to the model: {reader.sent}; answers of no use: {reader.unused}.", err=True)
    bad.end()


def _second_reader(url: str | None, name: str, *, most: int, every_text: bool) -> SecondReader | None:
    if not url:
        return None
    from regard.connect.chat_completions.model import ChatCompletions  # noqa: PLC0415 - seldom asked for
    from regard.listen.domain.second_reading import SecondReader  # noqa: PLC0415 - the same

    if not name:
        raise click.UsageError("Name the model with --model-name.")
    try:
        model = ChatCompletions(url, name, os.environ.get("LANGUAGE_MODEL_KEY", ""))
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    return SecondReader(model, most=most, every_text=every_text)


def _read_again(reader: SecondReader, text: str, local: Understood) -> dict[str, Any]:
    """With the model that said it as `model`, null where the local reading stays."""
    understood, model = reader.read(text, local)
    return {**understood.as_json(), "model": model or None}


@text.command()
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
@click.option(
    "--most", type=click.IntRange(1, 100), default=15, show_default=True, help="How many at the most."
)
def themes(file: IO[str], most: int) -> None:
    """Find what many texts speak of: read JSON lines with `id` and `text`, write a line for each theme."""
    from regard.text.themes import find_themes  # noqa: PLC0415

    bad = Refusals()
    records = list(_records(file, bad))
    for theme in find_themes([each["text"] for each in records], most=most):
        quotes = [records[place]["text"] for place in theme.texts[:2]]
        said = {
            "theme": theme.name,
            "texts": len(theme.texts),
            "phrases": list(theme.phrases),
            "quotes": quotes,
        }
        click.echo(json.dumps(said, ensure_ascii=False))
    bad.end()


@text.command()
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
def mask(file: IO[str]) -> None:
    """Read plain text; write it with personal data masked."""
    from regard.text.personal import masked  # noqa: PLC0415

    click.echo(masked(file.read()), nl=False)


@text.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder to write the models to.",
)
@click.option(
    "--sets", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with the public sets that docs/understanding-text.md names. Without it: the examples alone.",
)  # fmt: skip
@click.option(
    "--language", "languages", multiple=True, help="Only this language's examples; may be given again."
)
@click.option(
    "--rounds", type=click.IntRange(1, 1_000), default=80, show_default=True, help="Steps of the fitting."
)
def train(out: Path, sets: Path | None, languages: tuple[str, ...], rounds: int) -> None:
    """Make the models anew from the examples in the package; the same examples give the same models.

    For those who add examples or a language. To ship them, copy OUT to src/regard/text/trained, measure them
    (`python -m bench understanding`) and write what was found in their cards.
    """
    from regard.text.cards import card_of_new  # noqa: PLC0415
    from regard.text.language import UNDERSTOOD  # noqa: PLC0415
    from regard.text.training.fitting import fit_all  # noqa: PLC0415

    foreign = set(languages) - set(UNDERSTOOD)
    if foreign:
        raise click.UsageError(
            f"There are no examples in {', '.join(sorted(foreign))}; there are in {UNDERSTOOD}."
        )
    out.mkdir(parents=True, exist_ok=True)
    taught, today = languages or UNDERSTOOD, clock.now().date()
    for name, model in fit_all(sets=sets, languages=taught, rounds=rounds).items():
        model.save(out / f"{name}.npz")
        card_of_new(
            name, out, labels=model.labels, languages=taught, with_sets=sets is not None, made_on=today
        ).save(out)
        click.echo(f"{name}: {len(model.labels)} labels, {(out / f'{name}.npz').stat().st_size / 1e6:.1f} MB")


@text.command()
def models() -> None:
    """Tell of each model that ships what taught it, under which licence, when, and how good it was found."""
    from regard.text.cards import cards_that_ship  # noqa: PLC0415
    from regard.text.shipped import FOLDER  # noqa: PLC0415

    for card in cards_that_ship():
        size = (FOLDER / f"{card.name}.npz").stat().st_size / 1e6
        click.echo(f"{card.name}: made on {card.made_on}, {size:.1f} MB, {' '.join(card.languages)}")
        click.echo(f"  tells: {', '.join(card.labels)}")
        for taught in card.taught_with:
            click.echo(f"  taught with: {taught.what} ({taught.licence})")
        for what, found in card.measured:
            click.echo(f"  measured: {what}: {found}")


class Refusals:
    """Lines that could not be read, told as they are met."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, number: int, why: str) -> None:
        self.count += 1
        click.echo(f"Line {number}: {why}", err=True)

    def end(self) -> None:
        if self.count:
            raise SystemExit(1)


def _records(file: IO[str], bad: Refusals) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            bad.add(number, f"this is no JSON: {error}.")
            continue
        if not isinstance(record, dict) or "id" not in record or not isinstance(record.get("text"), str):
            bad.add(number, 'write an object with "id" and "text", the text between quotes.')
        else:
            yield record


def _batches(records: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for record in records:
        batch.append(record)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
