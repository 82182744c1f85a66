"""What the operator can set, read once from the environment.

Every setting is one row of `VARIABLES`: the documentation, `regard check` and the loader read the same table.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from regard.core.postgres import default_data_folder


class ConfigError(ValueError):
    """A setting that cannot be used; the message names the variable and the remedy."""


@dataclass(frozen=True)
class Variable:
    name: str
    default: str
    meaning: str


VARIABLES = (
    Variable(
        "REGARD_DATA",
        "~/.local/share/regard, as root /var/lib/regard",
        "Folder of the embedded database, keys, logs and backups.",
    ),
    Variable(
        "DATABASE_URL",
        "",
        "A PostgreSQL server of your own (postgresql://user:password@host/name). Empty: the embedded one.",
    ),
    Variable(
        "REGARD_SECRET_KEY",
        "",
        "Signs sessions and encrypts stored secrets. Empty: kept in the data folder. "
        "Set it when several hosts share a database.",
    ),
    Variable("REGARD_HOST", "127.0.0.1", "Address on which pages and intake listen."),
    Variable("REGARD_PORT", "8000", "Port of the pages; intake and live streams take the next one."),
    Variable("REGARD_PAGE_PROCESSES", "1", "Processes that serve pages and the REST API."),
    Variable("REGARD_INTAKE_PROCESSES", "1", "Processes that take events in and serve live streams."),
    Variable("REGARD_LAKE_ENGINE", "duckdb", "What computes metrics over the lake: duckdb, or spark."),
    Variable("REGARD_WORKER_PROCESSES", "1", "Processes that run the pipeline, jobs and sending."),
    Variable(
        "REGARD_PUBLIC_URL",
        "",
        "Address under which people reach the pages, such as https://regard.example.com. "
        "Empty: http://localhost and the port.",
    ),
    Variable(
        "REGARD_INTAKE_URL",
        "",
        "Address under which browsers and shops reach the intake. Empty: the pages' host and the next port.",
    ),
    Variable(
        "REGARD_PROXIES",
        "0",
        "Reverse proxies before the pages. Attempts to sign in, and answers at open links of surveys, are counted "
        "by the address that the first of them saw and told in X-Forwarded-For.",
    ),
    Variable(
        "REGARD_SMTP_URL",
        "",
        "Mail server: smtp://user:password@host:587?tls=starttls, or smtps://user:password@host:465. "
        "Empty: e-mails are written to the data folder and not sent.",
    ),
    Variable(
        "REGARD_MAIL_PROVIDER",
        "",
        "A provider instead of a mail server, as django-anymail names it: brevo, mailersend, mailgun, "
        "mailjet, mailtrap, mandrill, postal, postmark, resend, sendgrid, sparkpost or unisender_go.",
    ),
    Variable(
        "REGARD_MAIL_PROVIDER_SETTINGS",
        "",
        'Its keys, as django-anymail names them, as JSON: {"POSTMARK_SERVER_TOKEN": "...", "WEBHOOK_SECRET": '
        '"user:password"}.',
    ),
    Variable("REGARD_MAIL_FROM", "Regard <regard@localhost>", "Sender of the e-mails."),
    Variable(
        "REGARD_RETURNS_IMAP_URL",
        "",
        "Mailbox of its own for what comes back: imaps://user:password@host:993/INBOX. Bounces and answers are "
        "read there. Empty: none are.",
    ),
    Variable(
        "REGARD_RETURNS_ADDRESS",
        "",
        "Address of that mailbox, if the server takes what is sent to name+anything@ too: then e-mails bounce "
        "to it, and are answered to it where the store has set no address for answers.",
    ),
    Variable(
        "REGARD_INSIDE_ADDRESSES",
        "no",
        "yes: webhooks and other channels may lead into the network where Regard runs, such as to localhost or "
        "10.0.0.5, and through the proxies of the environment. Whoever manages a store sets their addresses.",
    ),
    Variable(
        "REGARD_DNS_SERVER",
        "",
        "Who is asked for the records of the sender's domain: an address, or address:port. Empty: as the system.",
    ),
    Variable(
        "REGARD_DKIM_SELECTOR",
        "",
        "Name of the key with which the mail server signs. Empty: those that are usual are tried.",
    ),
    Variable("REGARD_API_RATE", "50", "Requests a second that one API key may make."),
    Variable(
        "REGARD_DEMO",
        "live",
        "What the first start does with the store demo: live fills it with a year of made-up life, which goes on "
        "while Regard runs; filled leaves it at the year; off leaves it empty.",
    ),
    Variable("REGARD_LOG_LEVEL", "info", "debug, info, warning or error."),
    Variable("REGARD_LOG_FORMAT", "text", "text for people, json for log collectors."),
    Variable(
        "REGARD_CLOCK",
        "",
        "For tests and simulations: an ISO 8601 time that the clock starts from, and after a comma "
        "how many times faster than real time it runs, such as 2026-01-01T00:00:00Z,60.",
    ),
    Variable("REGARD_POSTGRES_BIN", "", "Folder of PostgreSQL 17+ programs to use instead of the wheel's."),
    Variable(
        "REGARD_POSTGRES_USER",
        "regard, else postgres, else nobody",
        "As root only: the ordinary system user that the embedded database runs as.",
    ),
)


@dataclass(frozen=True)
class Config:
    data_folder: Path
    database_url: str = field(repr=False)  # holds secrets, as do others: no log shows them
    secret_key: str = field(repr=False)
    host: str
    port: int
    page_processes: int
    lake_engine: str
    intake_processes: int
    worker_processes: int
    public_url: str
    intake_url: str
    proxies: int
    smtp_url: str = field(repr=False)
    mail_provider: str
    mail_provider_settings: str = field(repr=False)
    mail_from: str
    returns_imap_url: str = field(repr=False)
    returns_address: str
    inside_addresses: bool
    dns_server: str
    dkim_selector: str
    api_rate: float
    demo: str
    log_level: str
    log_format: str

    @property
    def intake_port(self) -> int:
        """Intake and live streams listen on the port after that of the pages."""
        return self.port + 1


DEMO = ("live", "filled", "off")
LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_FORMATS = ("text", "json")


def load_config(environ: Mapping[str, str]) -> Config:
    """The configuration that `environ` describes.

    Raises ConfigError, naming the variable, for a value that cannot be used.
    """
    port = _whole(environ, "REGARD_PORT", 1, 65534)
    host = environ.get("REGARD_HOST") or "127.0.0.1"
    public_host = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    return Config(
        data_folder=Path(environ.get("REGARD_DATA") or default_data_folder()).expanduser().absolute(),
        database_url=environ.get("DATABASE_URL", ""),
        secret_key=environ.get("REGARD_SECRET_KEY", ""),
        host=host,
        port=port,
        lake_engine=_choice(environ, "REGARD_LAKE_ENGINE", ("duckdb", "spark")),
        page_processes=_whole(environ, "REGARD_PAGE_PROCESSES", 1, 512),
        intake_processes=_whole(environ, "REGARD_INTAKE_PROCESSES", 1, 512),
        worker_processes=_whole(environ, "REGARD_WORKER_PROCESSES", 1, 512),
        public_url=_url(environ, "REGARD_PUBLIC_URL") or f"http://{public_host}:{port}",
        intake_url=_url(environ, "REGARD_INTAKE_URL") or f"http://{public_host}:{port + 1}",
        proxies=_whole(environ, "REGARD_PROXIES", 0, 16),
        smtp_url=environ.get("REGARD_SMTP_URL", ""),
        mail_provider=environ.get("REGARD_MAIL_PROVIDER", "").lower(),
        mail_provider_settings=environ.get("REGARD_MAIL_PROVIDER_SETTINGS", ""),
        mail_from=environ.get("REGARD_MAIL_FROM") or default_of("REGARD_MAIL_FROM"),
        returns_imap_url=environ.get("REGARD_RETURNS_IMAP_URL", ""),
        returns_address=environ.get("REGARD_RETURNS_ADDRESS", "").strip(),
        inside_addresses=_choice(environ, "REGARD_INSIDE_ADDRESSES", ("no", "yes")) == "yes",
        dns_server=environ.get("REGARD_DNS_SERVER", ""),
        dkim_selector=environ.get("REGARD_DKIM_SELECTOR", ""),
        api_rate=float(_whole(environ, "REGARD_API_RATE", 1, 1_000_000)),
        demo=_choice(environ, "REGARD_DEMO", DEMO),
        log_level=_choice(environ, "REGARD_LOG_LEVEL", LOG_LEVELS),
        log_format=_choice(environ, "REGARD_LOG_FORMAT", LOG_FORMATS),
    )


@cache
def config() -> Config:
    """The configuration of this process."""
    return load_config(os.environ)


def default_of(name: str) -> str:
    """The default of a setting."""
    return next(variable.default for variable in VARIABLES if variable.name == name)


def _whole(environ: Mapping[str, str], name: str, least: int, most: int) -> int:
    text = environ.get(name) or default_of(name)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ConfigError(f"{name} is {text!r}; use a whole number from {least} to {most}.")
    return int(text)


def _choice(environ: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    text = (environ.get(name) or default_of(name)).lower()
    if text not in choices:
        raise ConfigError(f"{name} is {text!r}; use one of {', '.join(choices)}.")
    return text


def _url(environ: Mapping[str, str], name: str) -> str:
    text = environ.get(name, "").rstrip("/")
    if text and not text.startswith(("http://", "https://")):
        raise ConfigError(f"{name} is {text!r}; it must begin with http:// or https://.")
    return text
