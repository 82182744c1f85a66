"""What an answer is: the value that is kept of what somebody sends for a question."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regard.survey.domain.definition.parts import Option, Question, bounds_of

LONGEST_TEXT = 4_000
LARGEST_FILE = 10 * 1024 * 1024
IMAGES = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/heic", "image/avif")


class AnswerInvalid(ValidationError):
    """What was sent is no answer to the question; told under its id, with what to do."""

    def __init__(self, question: Question, said: str) -> None:
        super().__init__({question.id: said})
        self.said = said


def check_answer(question: Question, raw: Any) -> Any:
    """The plain value that is kept: a number, a text, a truth, a list of choices, a mapping of rows or a file's
    name, type and size; None for none. `raw` is as a form or a call sends it. Raises AnswerInvalid."""
    value = None if _is_empty(raw) else _READ[question.kind](question, raw)
    if value in (None, [], {}) or (question.kind == "consent" and question.required and value is not True):
        if question.required:
            raise AnswerInvalid(question, _MISSING.get(question.kind, _missing)())
        return None if value in ([], {}) else value
    return value


def figure_of(question: Question, value: Any) -> float | None:
    """The number in an answer, on the scale of `bounds_of`; None where there is none."""
    if question.kind == "single":
        scores = {option.value: option.score for option in question.options}
        return scores.get(value) if isinstance(value, str) else None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None


def _is_empty(raw: Any) -> bool:
    return (
        raw is None or (isinstance(raw, str) and not raw.strip()) or (isinstance(raw, list) and not any(raw))
    )


def _missing() -> str:
    return _("Answer this question to go on.")


def _nothing_chosen() -> str:
    return _("Choose one to go on.")


_MISSING = {
    "single": _nothing_chosen,
    "multiple": lambda: _("Choose at least one to go on."),
    "matrix": lambda: _("Choose one in each row to go on."),
    "text": lambda: _("Write something to go on."),
    "file": lambda: _("Choose a file to go on."),
    "consent": lambda: _("Tick the box to go on."),
    "nps": _nothing_chosen, "csat": _nothing_chosen, "ces": _nothing_chosen, "stars": _nothing_chosen,
}  # fmt: skip


def _scale(question: Question, raw: Any) -> int:
    lowest, highest = bounds_of(question)
    assert lowest is not None and highest is not None  # noqa: S101, PT018 - every scale has both
    told = {"lowest": f"{lowest:g}", "highest": f"{highest:g}"}
    said = _("Choose a number from %(lowest)s to %(highest)s.") % told
    value = _to_number(question, raw, said)
    if value != int(value) or not lowest <= value <= highest:
        raise AnswerInvalid(question, said)
    return int(value)


def _number(question: Question, raw: Any) -> float | int:
    value = _to_number(question, raw, _("Write a number, such as 12."))
    lowest, highest = question.lowest, question.highest
    if lowest is not None and value < lowest:
        raise AnswerInvalid(question, _("Write a number of at least %s.") % f"{lowest:g}")
    if highest is not None and value > highest:
        raise AnswerInvalid(question, _("Write a number of at most %s.") % f"{highest:g}")
    return int(value) if value == int(value) else value


def _to_number(question: Question, raw: Any, said: str) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise AnswerInvalid(question, said)
    try:
        value = float(raw.strip().replace(",", ".") if isinstance(raw, str) else raw)
    except (ValueError, OverflowError):
        raise AnswerInvalid(question, said) from None
    if not math.isfinite(value) or abs(value) >= 1e12:
        raise AnswerInvalid(question, said)
    return value


def _single(question: Question, raw: Any) -> str:
    return _choice(question, question.options, raw[0] if isinstance(raw, list) and len(raw) == 1 else raw)


def _multiple(question: Question, raw: Any) -> list[str]:
    """In the order of the choices, each once."""
    sent = raw if isinstance(raw, list) else [raw]
    chosen = {_choice(question, question.options, each) for each in sent if not _is_empty(each)}
    if question.most and len(chosen) > question.most:
        raise AnswerInvalid(question, _("Choose %d at the most.") % question.most)
    return [option.value for option in question.options if option.value in chosen]


def _matrix(question: Question, raw: Any) -> dict[str, str]:
    if not isinstance(raw, Mapping):
        raise AnswerInvalid(question, _("Choose one in each row."))
    rows = {row.value: raw.get(row.value) for row in question.rows}
    found = {
        row: _choice(question, question.options, each) for row, each in rows.items() if not _is_empty(each)
    }
    if question.required and len(found) < len(question.rows):
        raise AnswerInvalid(question, _("Choose one in each row to go on."))
    return found


def _choice(question: Question, options: Sequence[Option], raw: Any) -> str:
    if not isinstance(raw, str) or raw not in {option.value for option in options}:
        raise AnswerInvalid(question, _("Choose one of what is offered."))
    return raw


def _text(question: Question, raw: Any) -> str:
    if not isinstance(raw, str):
        raise AnswerInvalid(question, _("Write your answer in words."))
    text = raw.replace("\r\n", "\n").replace("\0", "").strip()
    longest = question.most or LONGEST_TEXT
    if len(text) > longest:
        told = {"most": longest, "over": len(text) - longest}
        raise AnswerInvalid(
            question, _("Write %(most)d characters at the most; these are %(over)d more.") % told
        )
    return text


def _date(question: Question, raw: Any) -> str:
    try:
        return date.fromisoformat(raw.strip() if isinstance(raw, str) else "").isoformat()
    except ValueError:
        raise AnswerInvalid(question, _("Write a day that there is, such as 2026-01-31.")) from None


def _file(question: Question, raw: Any) -> dict[str, Any]:
    match raw:
        case {"name": str() as name, "type": str() as kind, "size": int() as size}:
            if size > LARGEST_FILE:
                raise AnswerInvalid(question, _("The file is larger than 10 MB; choose a smaller one."))
            if question.accept == "image" and kind not in IMAGES:
                raise AnswerInvalid(question, _("Choose a picture: JPEG, PNG, WebP, GIF, HEIC or AVIF."))
            return {"name": name[:200], "type": kind[:100], "size": size}
    raise AnswerInvalid(question, _("Choose a file."))


def _consent(question: Question, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw in {"true", "on", "yes", "1", "false", "off", "no", "0"}:
        return raw in {"true", "on", "yes", "1"}
    raise AnswerInvalid(question, _("Tick the box, or leave it."))


_READ = {
    "nps": _scale, "csat": _scale, "ces": _scale, "stars": _scale, "number": _number, "single": _single,
    "multiple": _multiple, "matrix": _matrix, "text": _text, "date": _date, "file": _file, "consent": _consent,
}  # fmt: skip
