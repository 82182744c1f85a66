"""Files that somebody sends as an answer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from regard.survey.domain.definition.parts import Question
from regard.survey.models import Submission, Upload

# What a file begins with; what senders say of it is not believed. At offset, bytes, type.
SIGNATURES = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypheix", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftypavif", "image/avif"),
    (0, b"%PDF-", "application/pdf"),
)
UNKNOWN = "application/octet-stream"


@dataclass(frozen=True)
class SentFile:
    name: str
    content: bytes

    @property
    def described(self) -> dict[str, object] | None:
        """As it is checked and kept as an answer; None for no file."""
        if not self.content:
            return None
        name = "".join(sign for sign in self.name if sign.isprintable()).strip() or "file"
        return {"name": name, "type": type_of(self.content), "size": len(self.content)}


def type_of(content: bytes) -> str:
    """By what the file begins with."""
    found = (kind for at, begin, kind in SIGNATURES if content[at : at + len(begin)] == begin)
    return next(found, UNKNOWN)


def keep_upload(submission: Submission, question: Question, file: SentFile, now: datetime) -> None:
    """One file a question; another takes its place. In the caller's transaction."""
    described = file.described
    if described is None:
        Upload.objects.filter(submission=submission, question_id=question.id).delete()
        return
    held = {
        **described, "store_id": submission.store_id, "content": file.content, "sent_at": now,
        "sha256": hashlib.sha256(file.content).digest(),
    }  # fmt: skip
    Upload.objects.update_or_create(submission=submission, question_id=question.id, defaults=held)
