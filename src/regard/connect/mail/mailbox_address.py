"""The mailbox for returns, as REGARD_RETURNS_IMAP_URL describes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from regard.core.config import ConfigError

DEFAULT_PORTS = {"imap": 143, "imaps": 993}
FORM = "imaps://user:password@host:993/INBOX or imap://user:password@host:143/INBOX"


@dataclass(frozen=True)
class MailboxAddress:
    """tls: from the start."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    tls: bool
    starttls: bool


def mailbox_address(url: str) -> MailboxAddress:
    """The mailbox of a URL. Raises ConfigError, which never shows the URL, since it holds the password.

    `imap://` means STARTTLS, unless `tls=none` stands in the query, as for a server on the same machine.
    """
    parts, port = _split(url)
    query = parse_qs(parts.query, keep_blank_values=True)
    tls = query.pop("tls", ["starttls"])[-1]
    if query or tls not in {"starttls", "none"}:
        raise ConfigError(
            f"REGARD_RETURNS_IMAP_URL: after the ? only tls=starttls or tls=none may stand; write {FORM}."
        )
    return MailboxAddress(
        host=parts.hostname or "",
        port=port or DEFAULT_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        tls=parts.scheme == "imaps",
        starttls=parts.scheme == "imap" and tls == "starttls",
    )


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ConfigError(f"REGARD_RETURNS_IMAP_URL is no address; write {FORM}.") from None
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or not parts.username or not parts.password:
        raise ConfigError(f"REGARD_RETURNS_IMAP_URL is no mailbox; write {FORM}.")
    return parts, port
