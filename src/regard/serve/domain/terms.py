"""What a person says of a prompt, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regard.core.models import Store
from regard.serve.models import Device, Kind, Place, Trigger, Visits
from regard.survey.models import Survey

# Of a message in one language, and how many characters each part has at the most.
PARTS = {"title": 80, "text": 300, "button": 40}
# Those that the names of languages are known of; the words of our own beside a prompt are in them too.
LANGUAGES = ("en", "de", "ar", "es", "fr", "he", "it", "nl", "pl", "pt", "tr")
MOST_PATHS, LONGEST_PATH = 20, 200
BOUNDS = {
    Trigger.SECONDS: (0, 3_600), Trigger.SCROLLED: (1, 100), Trigger.LEAVING: (0, 0), Trigger.EVENT: (1, 100),
}  # fmt: skip
MOST_DAYS = 3_650
CHOICES = {"kind": Kind, "device": Device, "trigger": Trigger, "visits": Visits, "place": Place}


@dataclass(frozen=True, kw_only=True)
class PromptTerms:
    """See Prompt. survey_id: of a survey of the store."""

    name: str
    kind: str
    survey_id: int | None = None
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    link: str = ""
    included: Sequence[str] = ()
    excluded: Sequence[str] = ()
    device: str = Device.ANY.value
    trigger: str = Trigger.SECONDS.value
    amount: int = 10
    event: str = ""
    share: int = 100
    visits: str = Visits.ANY.value
    again_days: int = 30
    without_consent: bool = False
    place: str = Place.CORNER.value


def checked(store: Store, terms: PromptTerms) -> dict[str, Any]:
    """The fields of a prompt. Raises ValidationError, by field."""
    wrong: dict[str, str] = {}
    values = asdict(terms)
    values["name"] = _line(terms.name)
    if not values["name"]:
        wrong["name"] = _("Give it a name by which you know it.")
    elif len(values["name"]) > 100:
        wrong["name"] = _("Write at most %d characters.") % 100
    for name, choices in CHOICES.items():
        if values[name] not in choices.values:
            wrong[name] = _("Choose one of: %s.") % ", ".join(choices.values)
    if not wrong:
        values |= _content(store, terms, wrong) | _moment(terms, wrong)
    for name in ("included", "excluded"):
        values[name] = _paths(values[name], name, wrong)
    _check_numbers(terms, wrong)
    if wrong:
        raise ValidationError(wrong)
    return values


def _content(store: Store, terms: PromptTerms, wrong: dict[str, str]) -> dict[str, Any]:
    """What it shows; the fields of the other kind are left empty."""
    if terms.kind == Kind.SURVEY:
        if not Survey.objects.filter(store=store, pk=terms.survey_id or 0).exists():
            wrong["survey_id"] = _("Choose the survey that it shows.")
        return {"texts": {}, "link": ""}
    texts = _texts(terms.texts, wrong)
    link = terms.link.replace("\0", "").strip()
    if link and not is_link(link):
        wrong["link"] = _(
            "Write an address that begins with https://, or a path of your shop such as /delivery."
        )
    buttons = {bool(told["button"]) for told in texts.values()}
    if link and buttons == {False}:
        wrong["link"] = _("Give the button its words; they are what visitors press to come there.")
    if True in buttons and not link:
        wrong["link"] = _("Say where the button leads, or leave its words empty.")
    return {"survey_id": None, "texts": texts, "link": link}


def _texts(told: Mapping[str, Mapping[str, str]], wrong: dict[str, str]) -> dict[str, dict[str, str]]:
    """By language, those without any words left out."""
    texts: dict[str, dict[str, str]] = {}
    for language, parts in told.items():
        if language not in LANGUAGES:
            wrong["texts"] = _("Languages are among: %s.") % ", ".join(LANGUAGES)
            continue
        said = {part: _words(str(parts.get(part, ""))) for part in PARTS}
        if not any(said.values()):
            continue
        if not said["title"]:
            wrong[f"title_{language}"] = _("A message needs a heading in each of its languages.")
        for part, most in PARTS.items():
            if len(said[part]) > most:
                wrong[f"{part}_{language}"] = _("Write at most %d characters.") % most
        texts[language] = said
    if not texts and "texts" not in wrong:
        first = next(iter(told), "en")
        wrong[f"title_{first}"] = _("Write a heading: it is what visitors read first.")
    return texts


def _moment(terms: PromptTerms, wrong: dict[str, str]) -> dict[str, Any]:
    trigger = Trigger(terms.trigger)
    least, most = BOUNDS[trigger]
    event = _line(terms.event) if trigger == Trigger.EVENT else ""
    if trigger == Trigger.EVENT and not event:
        wrong["event"] = _("Name the event, such as Product Viewed; “page” is a page that was looked at.")
    if len(event) > 100:
        wrong["event"] = _("Write at most %d characters.") % 100
    if trigger == Trigger.LEAVING:
        return {"amount": 0, "event": ""}
    if not least <= terms.amount <= most:
        told = {"least": least, "most": most}
        wrong["amount"] = _("It must be from %(least)s to %(most)s.") % told
    return {"amount": terms.amount, "event": event}


def _check_numbers(terms: PromptTerms, wrong: dict[str, str]) -> None:
    for name, (least, most) in {"share": (1, 100), "again_days": (0, MOST_DAYS)}.items():
        if not least <= getattr(terms, name) <= most:
            wrong[name] = _("It must be from %(least)s to %(most)s.") % {"least": least, "most": most}


def _paths(told: Sequence[str], name: str, wrong: dict[str, str]) -> list[str]:
    """A path a line; two stars that follow each other say no more than one."""
    paths = [re.sub(r"\*+", "*", path.replace("\0", "").strip()) for path in told]
    paths = list(dict.fromkeys(path for path in paths if path))
    if len(paths) > MOST_PATHS or any(len(path) > LONGEST_PATH for path in paths):
        wrong[name] = _("Name at most %(paths)d paths of at most %(most)d characters.") % {
            "paths": MOST_PATHS,
            "most": LONGEST_PATH,
        }
    elif bad := next((path for path in paths if path[0] not in "/*" or re.search(r"[\s?#]", path)), ""):
        said = _(
            "“%s” is no path. Write what follows your shop's name, such as /products/*, without ? and #."
        )
        wrong[name] = said % bad
    return paths


def is_link(link: str) -> bool:
    """An address by https, or a path of the shop itself."""
    if len(link) > 500 or re.search(r"[\s\\]", link):
        return False
    return bool(re.fullmatch(r"https://[^/@]+(/.*)?", link) or re.fullmatch(r"/([^/].*)?", link))


def _line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def _words(text: str) -> str:
    """Lines stay; controls, which no keyboard makes, go."""
    return "".join(sign for sign in text.replace("\r\n", "\n") if sign == "\n" or sign >= " ").strip()
