"""Whether receivers can tell that e-mails of the sender's domain are genuine: its SPF, DKIM and DMARC."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from enum import StrEnum

import dns.exception
import dns.resolver
from django.utils.translation import gettext as _

from regard.core.config import config

SECONDS = 3.0  # for all servers of one question
# Names of keys that mail servers and providers use, where nobody says which.
SELECTORS = (
    "default", "mail", "dkim", "selector1", "selector2", "google", "k1", "s1", "s2", "mx", "smtp", "pm",
    "mandrill", "resend", "mailjet", "brevo",
)  # fmt: skip
LOCAL = re.compile(r"(^|\.)(localhost|local|test|example|invalid|internal)$|^$")


class RecordState(StrEnum):
    GOOD = "good"
    WEAK = "weak"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class RecordCheck:
    """name: "SPF", "DKIM" or "DMARC". where: the name in DNS; record: what stands there, "" for nothing."""

    name: str
    state: RecordState
    where: str
    said: str
    record: str = ""


class _NoAnswer(Exception):
    """Nobody could be asked."""


def sender_domain() -> str:
    """The domain of the installation's sender."""
    return parseaddr(config().mail_from)[1].rpartition("@")[2].lower()


def check_sender(domain: str) -> list[RecordCheck]:
    """The three records, in order. Takes a few seconds where nobody answers; raises nothing."""
    if LOCAL.search(domain):
        said = (
            _("The domain “%s” is of no use outside; set REGARD_MAIL_FROM to an address of yours.") % domain
        )
        return [RecordCheck(name, RecordState.UNKNOWN, domain, said) for name in ("SPF", "DKIM", "DMARC")]
    checks = []
    for name, where, check in (
        ("SPF", domain, _spf), ("DKIM", f"…._domainkey.{domain}", _dkim), ("DMARC", f"_dmarc.{domain}", _dmarc),
    ):  # fmt: skip
        try:
            checks.append(check(domain))
        except _NoAnswer as error:
            said = _("DNS could not be asked: %s") % error
            checks.append(RecordCheck(name, RecordState.UNKNOWN, where, said))
    return checks


def _spf(domain: str) -> RecordCheck:
    records = [text for text in _texts(domain) if text.lower().startswith("v=spf1")]
    if not records:
        said = _("No record says who may send for the domain. Publish one, as your mail provider tells.")
        return RecordCheck("SPF", RecordState.MISSING, domain, said)
    record = records[0]
    if len(records) > 1:
        said = _("There are several; receivers then take none of them. Leave one.")
        return RecordCheck("SPF", RecordState.WEAK, domain, said, record)
    if not re.search(r"(^|\s)([-~]all|redirect=\S+)(\s|$)", record.lower()):
        said = _("It refuses nobody: end it with ~all or -all.")
        return RecordCheck("SPF", RecordState.WEAK, domain, said, record)
    return RecordCheck("SPF", RecordState.GOOD, domain, _("It says who may send for the domain."), record)


def _dkim(domain: str) -> RecordCheck:
    named = config().dkim_selector
    for selector in [named] if named else SELECTORS:
        where = f"{selector}._domainkey.{domain}"
        keys = [text for text in _texts(where) if "p=" in text]
        if keys and re.search(r"(^|;)\s*p=\s*(;|$)", keys[0]):
            return RecordCheck("DKIM", RecordState.WEAK, where, _("The key has been withdrawn."), keys[0])
        if keys:
            said = _("Receivers find the key to check signatures with.")
            return RecordCheck("DKIM", RecordState.GOOD, where, said, keys[0])
    where = f"{named or '…'}._domainkey.{domain}"
    if named:
        return RecordCheck(
            "DKIM", RecordState.MISSING, where, _("There is no key. Publish it, as your provider tells.")
        )
    said = _("No key of a usual name is there. If yours has another, set REGARD_DKIM_SELECTOR.")
    return RecordCheck("DKIM", RecordState.UNKNOWN, where, said)


def _dmarc(domain: str) -> RecordCheck:
    # A record of the organisation's domain holds for those below it.
    names = [domain, ".".join(domain.split(".")[-2:])]
    for name in dict.fromkeys(names):
        where = f"_dmarc.{name}"
        records = [text for text in _texts(where) if text.lower().startswith("v=dmarc1")]
        policy = re.search(r";\s*p\s*=\s*(none|quarantine|reject)", records[0].lower()) if records else None
        if records and policy and policy[1] != "none":
            said = _("Receivers know what to do with forged e-mails.")
            return RecordCheck("DMARC", RecordState.GOOD, where, said, records[0])
        if records:
            said = _("It only watches: with p=quarantine or p=reject forged e-mails are kept out.")
            return RecordCheck("DMARC", RecordState.WEAK, where, said, records[0])
    said = _("No record: large providers refuse many e-mails of such domains. Begin with v=DMARC1; p=none.")
    return RecordCheck("DMARC", RecordState.MISSING, f"_dmarc.{domain}", said)


def _texts(name: str) -> Sequence[str]:
    """The TXT records of a name, [] for none. Raises _NoAnswer."""
    try:
        answer = _resolver().resolve(name, "TXT", search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise _NoAnswer(type(error).__name__) from error
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]


def _resolver() -> dns.resolver.Resolver:
    server = config().dns_server
    resolver = dns.resolver.Resolver(configure=not server)
    resolver.lifetime = SECONDS
    if server:
        host, _colon, port = server.rpartition(":") if server.count(":") == 1 else (server, "", "")
        resolver.nameservers = [host]
        resolver.port = int(port) if port.isdigit() else 53
    return resolver
