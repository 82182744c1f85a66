"""The records of the sender's domain are asked of a real DNS server; without one, that is said."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from regard.core import config as configuration
from regard.message.domain import sender_records
from regard.message.domain.sender_records import check_sender

RECORDS = {
    "good.shop.": ["v=spf1 include:_spf.mail.shop -all", "other"],
    "k1._domainkey.good.shop.": ["v=DKIM1; k=rsa; p=MIGf"],
    "_dmarc.good.shop.": ["v=DMARC1; p=reject"],
    "weak.shop.": ["v=spf1 +all"],
    "k1._domainkey.weak.shop.": ["v=DKIM1; p="],
    "_dmarc.weak.shop.": ["v=DMARC1; p=none"],
    "two.shop.": ["v=spf1 -all", "v=spf1 ~all"],
}


@pytest.fixture
def dns_server() -> Iterator[str]:
    """Answers over UDP with RECORDS until the test is through."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    thread = threading.Thread(target=_answer, args=[server], daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.getsockname()[1]}"
    server.sendto(b"", server.getsockname())
    thread.join(2)
    server.close()


def _answer(server: socket.socket) -> None:
    while True:
        data, sender = server.recvfrom(4096)
        if not data:
            return
        asked = dns.message.from_wire(data)
        answer = dns.message.make_response(asked)
        question = asked.question[0]
        if texts := RECORDS.get(question.name.to_text()):
            quoted = [f'"{text}"' for text in texts]
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", "TXT", *quoted))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        server.sendto(answer.to_wire(), sender)


def states(monkeypatch: pytest.MonkeyPatch, server: str, domain: str, selector: str = "") -> list[str]:
    here = replace(configuration.config(), dns_server=server, dkim_selector=selector)
    monkeypatch.setattr(sender_records, "config", lambda: here)
    return [check.state.value for check in check_sender(domain)]


def test_records_are_judged(monkeypatch, dns_server):
    assert states(monkeypatch, dns_server, "good.shop") == ["good", "good", "good"]
    assert states(monkeypatch, dns_server, "weak.shop") == ["weak", "weak", "weak"]
    assert states(monkeypatch, dns_server, "two.shop") == ["weak", "unknown", "missing"]
    assert states(monkeypatch, dns_server, "none.shop", "k1") == ["missing", "missing", "missing"]
    # What the organisation's domain says of DMARC holds below it.
    assert states(monkeypatch, dns_server, "mail.good.shop")[2] == "good"


def test_where_nobody_answers_that_is_said(monkeypatch):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        monkeypatch.setattr(sender_records, "SECONDS", 0.1)
        server = f"127.0.0.1:{silent.getsockname()[1]}"
        assert states(monkeypatch, server, "good.shop") == ["unknown"] * 3
    assert {check.state.value for check in check_sender("localhost")} == {"unknown"}
