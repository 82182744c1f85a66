"""Tokens and secrets: made strong, kept as hashes, or encrypted where they must be read again."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet

from regard.core.config import Config, config

SECRET_FILE = "secret.key"  # noqa: S105 - a file's name


def new_token(prefix: str) -> str:
    """A random token of 192 bits such as `rw_…`; the prefix tells people and scanners what it is."""
    return f"{prefix}_{secrets.token_urlsafe(24)}"


def hash_token(token: str) -> str:
    """What is stored of a token. Tokens are random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


def installation_secret(settings: Config) -> str:
    """The secret that signs sessions: the operator's own, or one made once in the data folder."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.data_folder / SECRET_FILE
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(48))
    return path.read_text().strip()


def encrypt(plain: str) -> str:
    return _cipher().encrypt(plain.encode()).decode()


def decrypt(stored: str) -> str:
    """The plain text. Raises cryptography.fernet.InvalidToken when the installation's secret has changed."""
    return _cipher().decrypt(stored.encode()).decode()


def _cipher() -> Fernet:
    digest = hashlib.sha256(b"regard:stored secrets:" + installation_secret(config()).encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def _write_once(path: Path, text: str) -> None:
    """Create the file whole, readable by its owner only; of two processes at once, one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
