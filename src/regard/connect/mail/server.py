"""The mail server as `REGARD_SMTP_URL` names it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from regard.core.config import ConfigError

DEFAULT_PORTS = {"smtp": 25, "smtps": 465}
FORM = "smtp://user:password@host:587?tls=starttls, or smtps://user:password@host:465"


@dataclass(frozen=True)
class MailServer:
    """starttls and tls exclude each other: an upgrade of a plain connection, or encrypted from its start."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    starttls: bool
    tls: bool


def mail_server(url: str) -> MailServer:
    """The server of a URL. Raises ConfigError, which never shows the URL, since it holds the password.

    Without `tls` in the query, a URL with a password means STARTTLS, so that the password never travels in
    the open, and one without means a plain connection, as to a relay on the same machine.
    """
    parts, port = _split(url)
    query = parse_qs(parts.query, keep_blank_values=True)
    tls = query.pop("tls", [""])[-1] or ("starttls" if parts.password else "none")
    if query or tls not in {"starttls", "none"}:
        raise ConfigError(
            f"REGARD_SMTP_URL: after the ? only tls=starttls or tls=none may stand; write {FORM}."
        )
    return MailServer(
        host=parts.hostname or "",
        port=port or DEFAULT_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp" and tls == "starttls",
        tls=parts.scheme == "smtps",
    )


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ConfigError(f"REGARD_SMTP_URL is no address; write {FORM}.") from None
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or parts.path.strip("/"):
        raise ConfigError(f"REGARD_SMTP_URL is no mail server; write {FORM}.")
    return parts, port
