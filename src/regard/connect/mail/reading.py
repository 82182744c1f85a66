"""From the bytes of a mail that came back to what it says. Whoever wrote it may mean ill, or know no better."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from hashlib import sha256

from regard.connect.mail.answer_text import own_words, text_of_html
from regard.connect.mail.returned import Answer, Bounce
from regard.connect.mail.smtp import says_no_mailbox

MOST_HEADER = 4_000  # characters of a header that are looked at
MOST_TEXT = 100_000  # and of a text
MESSAGE_ID = re.compile(r"<[^<>\s]{3,190}>")
MARK = re.compile(r"\+([a-z0-9-]{3,60})@", re.IGNORECASE)
CODE = re.compile(r"\b([45]\d\d)\b")
SENT_TO = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
# RFC 3834, and what programs wrote before it. A mailing list is nobody who answers us either.
AUTOMATIC = ("X-Autoreply", "X-Autorespond", "X-Autorespond-To", "List-Id")
AUTOMATIC_PRECEDENCE = {"auto_reply", "auto-reply", "bulk", "junk", "list"}
# Of programs that say so nowhere else.
AUTOMATIC_SUBJECT = re.compile(
    r"\s*(auto(matic(ally)?)?[ -:]|out of (the )?office|abwesen|automatische antwort|réponse automatique|"
    r"absence|respuesta automática|fuera de la oficina|risposta automatica|automatisch antwoord)",
    re.IGNORECASE,
)
# Python knows more ways to decode than there are charsets of texts, and some of them give no text.
CHARSET = re.compile(
    r"ascii|utf-(8|8-sig|16|16-[bl]e|32|32-[bl]e)|iso8859-\d+|iso2022[_-]\w+|cp\d+|koi8-\w|mac-\w+|euc_\w+"
    r"|gb\w+|big5(hkscs)?|shift_jis\w*|hz|johab|tis-620|kz1048|ptcp154|hp-roman8"
)
MOST_PARTED = 20  # each line of a mail is held against all the boundaries that it lies within
PARTED = re.compile(rb"boundary[\s*\d]*=", re.IGNORECASE)
DAEMONS = {"mailer-daemon", "postmaster", "mail-daemon"}


def read_returned(raw: bytes) -> Bounce | Answer | None:
    """None for what is neither: a mail that a program wrote by itself, or one without a word. Raises ValueError
    for what would take too long to read.
    """
    if sum(1 for _found in PARTED.finditer(raw)) > MOST_PARTED:
        raise ValueError("It has too many parts within parts.")
    mail = message_from_bytes(raw)  # the old policy, which leaves headers as they are until somebody asks
    if report := _part(mail, "message/delivery-status"):
        return _bounce(mail, report)
    if _is_automatic(mail):
        return None
    return _answer(mail, raw)


def _bounce(mail: Message, report: Message) -> Bounce | None:
    """Of a report (RFC 3464). None for one that only says that it takes longer, or that all is well."""
    failed = [block for block in _blocks(report) if _line(block, "Action").lower() == "failed"]
    if not failed:
        return None
    status, words = _line(failed[0], "Status"), _words(failed[0])
    return Bounce(
        message_ids=tuple(_ids_of_returned(mail)),
        marks=_marks(mail),
        recipients=tuple(_recipients(failed)),
        reason=words or status,
        is_final=_is_final(status, words),
    )


def _blocks(report: Message) -> list[Message]:
    blocks = report.get_payload()
    return [block for block in blocks if isinstance(block, Message)] if isinstance(blocks, list) else []


def _words(block: Message) -> str:
    """The receiver's words, without the kind of server before them."""
    kind, parted, words = _line(block, "Diagnostic-Code").partition(";")
    return " ".join((words if parted else kind).split())[:500]


def _recipients(blocks: list[Message]) -> Iterator[str]:
    for block in blocks:
        for name in ("Original-Recipient", "Final-Recipient"):
            if address := _line(block, name).rpartition(";")[2].strip().strip("<>"):
                yield address


def _is_final(status: str, words: str) -> bool:
    """As of what a server says at once. A status such as 5.0.0 says nothing that the words do not say better."""
    bare = re.match(r"[245]\.\d{1,3}\.\d{1,3}", status)
    said = bare.group() if bare else ""
    if said.startswith("4"):
        return False
    code = CODE.search(words)
    number = int(code.group(1)) if code else 550 if said else 0
    return says_no_mailbox(number, words if said in {"", "5.0.0"} else f"{said} {words}")


def _ids_of_returned(mail: Message) -> Iterator[str]:
    """The number of the mail that came back: with the report comes all of it, or its headers."""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and isinstance(inner[0], Message):
                yield from _ids(inner[0], "Message-ID")
        elif kind == "text/rfc822-headers":
            yield from _ids(message_from_bytes(_bytes_of(part)), "Message-ID")


def _answer(mail: Message, raw: bytes) -> Answer | None:
    text = own_words(_text_of(mail))
    if not text:
        return None
    number = next(iter(_ids(mail, "Message-ID")), "")
    return Answer(
        message_ids=(*_ids(mail, "In-Reply-To"), *reversed(list(_ids(mail, "References")))),
        marks=_marks(mail),
        sender=_sender(mail),
        text=text,
        key=sha256(number.encode(errors="replace") if number else raw).hexdigest()[:32],
        sent_at=_sent_at(mail),
    )


def _is_automatic(mail: Message) -> bool:
    if _line(mail, "Auto-Submitted").partition(";")[0].strip().lower() not in {"", "no"}:
        return True
    if any(name in mail for name in AUTOMATIC):
        return True
    if _line(mail, "Precedence").lower() in AUTOMATIC_PRECEDENCE or _line(mail, "Return-Path") == "<>":
        return True
    is_daemon = _sender(mail).partition("@")[0].lower() in DAEMONS
    return is_daemon or AUTOMATIC_SUBJECT.match(_decoded(_line(mail, "Subject"))) is not None


def _text_of(mail: Message) -> str:
    """The first plain text, else the first HTML; files that hang on it are not read."""
    for kind, read in (("text/plain", str), ("text/html", text_of_html)):
        for part in mail.walk():
            is_file = part.get_content_disposition() == "attachment"
            wanted = part.get_content_type() == kind and not is_file
            if wanted and (text := read(_decoded_part(part)).strip()):
                return text
    return ""


def _decoded_part(part: Message) -> str:
    content = _bytes_of(part)[: 4 * MOST_TEXT]
    try:
        text = content.decode(_charset(str(part.get_content_charset() or "utf-8")))
    except (LookupError, ValueError):
        text = _guessed(content)
    return _keepable(text)[:MOST_TEXT]


def _charset(told: str) -> str:
    """Raises LookupError for what is no charset of texts."""
    name = codecs.lookup(told).name
    if not CHARSET.fullmatch(name):
        raise LookupError(name)
    return name


def _keepable(text: str) -> str:
    """Without what the database keeps in no text."""
    return text.replace("\x00", "").encode(errors="replace").decode()


def _guessed(content: bytes) -> str:
    """Who names no charset, or a wrong one, writes UTF-8 or means Windows."""
    try:
        return content.decode("utf-8")
    except ValueError:
        return content.decode("cp1252", "replace")


def _bytes_of(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _part(mail: Message, kind: str) -> Message | None:
    return next((part for part in mail.walk() if part.get_content_type() == kind), None)


def _marks(mail: Message) -> tuple[str, ...]:
    told = (str(value)[:MOST_HEADER] for name in SENT_TO for value in mail.get_all(name, ())[:20])
    return tuple(dict.fromkeys(mark.lower() for value in told for mark in MARK.findall(value)))


def _ids(mail: Message, name: str) -> list[str]:
    return MESSAGE_ID.findall(_line(mail, name))


def _sender(mail: Message) -> str:
    return next((address for _name, address in getaddresses([_line(mail, "From")])), "").strip().lower()[:320]


def _sent_at(mail: Message) -> datetime | None:
    try:
        at = parsedate_to_datetime(_line(mail, "Date"))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _line(mail: Message, name: str) -> str:
    return " ".join(_keepable(str(mail.get(name, ""))[:MOST_HEADER]).split())


def _decoded(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except (LookupError, ValueError):
        return value
