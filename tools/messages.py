"""The catalogues of translations: `python -m tools.messages` brings them up to date with the sources, compiles
them and says what is left to translate. `python -m tools.messages es` begins one for another language."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from regard.core import clock

SOURCES = Path(__file__).parents[1] / "src" / "regard"
LOCALE = SOURCES / "locale"
# The other names are Babel's own: gettext, ngettext, pgettext and so on.
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **dict.fromkeys(["_lazy", "gettext_lazy", "gettext_noop"]),
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def messages_of_sources() -> Catalog:
    """Every message of Regard's Python and templates, without translations, in the order of the files."""
    found = Catalog(project="Regard", charset="utf-8", fuzzy=False)
    for path in sorted(SOURCES.rglob("*")):
        source = _python_of(path)
        if source is not None:
            for _line, message, comments, context in _extracted(source):
                where = [(path.relative_to(SOURCES).as_posix(), 1)]
                found.add(message, locations=where, auto_comments=comments, context=context)
    return found


def _python_of(path: Path) -> str | None:
    """Templates as Django makes Python of them for gettext's tools; indented as no Python is."""
    if path.suffix == ".py":
        return path.read_text()
    if path.suffix in {".html", ".txt"} and "templates" in path.parts:
        return "\n".join(line.lstrip() for line in templatize(path.read_text()).splitlines())
    return None


def _extracted(source: str) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    stream = io.BytesIO(source.encode())
    yield from extract("python", stream, KEYWORDS, ["Translators:"], {}, strip_comment_tags=True)


def languages() -> list[str]:
    return sorted(path.name for path in LOCALE.iterdir())


def catalogue_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read_catalogue(language: str) -> Catalog:
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language)


def updated(catalogue: Catalog, sources: Catalog) -> Catalog:
    """The catalogue with the messages that the sources have now; a message that changed is a new one, since a
    translation that is nearly right misleads."""
    sources.creation_date = catalogue.creation_date  # or each run would change the file
    catalogue.update(sources, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    return catalogue


def as_text(catalogue: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(file, catalogue, width=110, include_lineno=False)
    return file.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """What gettext reads at run time: translated messages only, in the order of their ids."""
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def untranslated(catalogue: Catalog) -> list[Message]:
    """Those that are missing, in one of their plurals at least, or marked as doubtful."""
    return [each for each in catalogue if each.id and (each.fuzzy or not all(_texts(each)))]


def _texts(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string or "",)


def begin_catalogue(language: str) -> None:
    begun = Catalog(
        locale=language,
        header_comment=f"# Regard's words in {Locale.parse(language).english_name}.\n#",
        project="Regard",
        version="1",
        msgid_bugs_address="see CONTRIBUTING.md",
        last_translator="the authors of Regard",
        language_team=language,
        revision_date=clock.now(),
        fuzzy=False,
    )
    catalogue_path(language).parent.mkdir(parents=True)
    catalogue_path(language).write_bytes(as_text(begun))


def main() -> None:
    for language in sys.argv[1:]:
        begin_catalogue(language)
    sources = messages_of_sources()
    for language in languages():
        catalogue = updated(read_catalogue(language), sources)
        catalogue_path(language).write_bytes(as_text(catalogue))
        catalogue_path(language).with_suffix(".mo").write_bytes(compiled(catalogue))
        left = untranslated(catalogue)
        print(f"{language}: {len(catalogue) - len(left)} of {len(catalogue)} messages are translated")
        for message in left:
            print(f"  {message.locations[0][0]}: {message.id}")


if __name__ == "__main__":
    main()
