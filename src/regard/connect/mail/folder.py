"""The console version of e-mail: nobody is reached, and every message can be looked at."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterable
from pathlib import Path

from regard.connect.channels import OutgoingMessage, Receipt, TemporaryFailure
from regard.connect.mail.compose import compose

log = logging.getLogger("regard.mail")
NAMED = 10  # e-mails of one sender that the log names


class FolderChannel:
    """Writes every e-mail as an .eml file; the same Message-ID is the same file."""

    def __init__(self, folder: Path, *, sender: str) -> None:
        self._folder, self._sender, self._written = folder, sender, 0

    def send(self, message: OutgoingMessage) -> Receipt:
        """Write the e-mail. Raises TemporaryFailure when the folder cannot be written to."""
        content = compose(message, sender=self._sender).message().as_bytes()
        path = self._path(message.message_id)
        try:
            self._write(path, content)
        except OSError as error:
            raise TemporaryFailure(f"The e-mail could not be written: {error}") from error
        self._tell(message, path)
        return Receipt(str(path))

    def forget(self, message_ids: Iterable[str]) -> None:
        """Delete the files of these messages; what cannot be deleted is said in the log."""
        for path in map(self._path, message_ids):
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                log.warning("%s should be deleted, and cannot be: %s", path, error)

    def close(self) -> None:
        """Nothing is kept open."""

    def _tell(self, message: OutgoingMessage, path: Path) -> None:
        """Of many in a row not each: a journey that is switched on would fill the terminal."""
        self._written += 1
        if self._written <= NAMED:
            log.info(
                "e-mail to %s, %r, is in %s: REGARD_SMTP_URL is empty",
                message.recipient, message.subject, path,
            )  # fmt: skip
        if self._written == NAMED:
            log.info("further e-mails are in %s as well, and are not named here", self._folder)

    def _path(self, message_id: str) -> Path:
        return self._folder / f"{hashlib.sha256(message_id.encode()).hexdigest()[:24]}.eml"

    def _write(self, path: Path, content: bytes) -> None:
        """Whole or not at all, and readable by its owner only."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.draft")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        draft.replace(path)
