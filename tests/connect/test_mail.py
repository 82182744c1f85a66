"""E-mail against a real SMTP server."""

from __future__ import annotations

import logging
import shutil
import socket
import ssl
import subprocess
import threading
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.smtp import AuthResult

from regard.connect.channels import (
    AddressRefused,
    ChannelDown,
    MessageInvalid,
    OutgoingMessage,
    PermanentFailure,
    TemporaryFailure,
    message_channels,
)
from regard.connect.mail.folder import NAMED, FolderChannel
from regard.connect.mail.server import MailServer as Address
from regard.connect.mail.server import mail_server
from regard.connect.mail.smtp import SmtpChannel
from regard.core.config import ConfigError, load_config
from tests.conftest import free_ports
from tests.connect.mailserver import running_mail_server

SENDER = "Regard <regard@shop.example>"
MESSAGE = OutgoingMessage(
    recipient="ada@example.com",
    message_id="<1@shop.example>",
    subject="Schöne Grüße",
    body_text="Hello\n.\nworld",
    body_html="<p>Hello</p>",
)


@pytest.fixture
def server():
    with running_mail_server() as running:
        yield running


@pytest.fixture
def channel(server):
    channel = SmtpChannel(mail_server(server.url), sender=SENDER)
    yield channel
    channel.close()


def test_a_message_arrives_as_it_was_given(server, channel):
    channel.send(MESSAGE)

    (email,) = server.taken
    assert email["Message-ID"] == "<1@shop.example>"
    assert (email["From"], email["To"], email["Subject"]) == (SENDER, "ada@example.com", "Schöne Grüße")
    assert email.get_body(("plain",)).get_content().replace("\r\n", "\n").strip() == "Hello\n.\nworld"
    assert email.get_body(("html",)).get_content().strip() == "<p>Hello</p>"
    assert server.envelopes[0].mail_from == "regard@shop.example"
    assert server.envelopes[0].rcpt_tos == ["ada@example.com"]


def test_several_messages_share_a_connection_and_a_dead_one_is_replaced(server, channel):
    channel.send(MESSAGE)
    first = channel._backend.connection
    channel.send(MESSAGE)
    assert channel._backend.connection is first

    first.sock.shutdown(2)
    channel.send(MESSAGE)

    assert len(server.taken) == 3


@pytest.mark.parametrize("reply", ["451 try again", "421 shutting down", "452 full"])
def test_4xx_is_temporary(server, channel, reply):
    server.replies = [reply]

    with pytest.raises(TemporaryFailure, match=reply[:3]):
        channel.send(MESSAGE)

    channel.send(MESSAGE)
    assert len(server.taken) == 1


@pytest.mark.parametrize("reply", ["550 no such mailbox", "554 refused"])
def test_5xx_is_permanent(server, channel, reply):
    server.replies = [reply]

    with pytest.raises(PermanentFailure, match=reply):
        channel.send(MESSAGE)


@pytest.mark.parametrize(
    ("reply", "is_gone"),
    [
        ("550 unknown user", True),
        ("550 5.1.1 no such mailbox", True),
        ("551 User not local", True),
        ("550 5.2.1 the mailbox is disabled", True),
        ("554 5.1.10 the domain takes no mail", True),
        ("550 relay not permitted", False),
        ("550 blocked, see our policy", False),
        ("550 5.7.1 unknown sender", False),
        ("550 5.1.8 the sender's address is none", False),
        ("552 5.2.2 the mailbox is full", False),
        ("554 no", False),
        ("550 unknown user, said 65.5.1.7", True),
    ],
)
def test_a_refused_recipient_is_gone_only_where_that_is_said_of_them(server, channel, reply, is_gone):
    server.refusals = {MESSAGE.recipient: reply}
    with pytest.raises(PermanentFailure, match=reply) as failure:
        channel.send(MESSAGE)
    assert isinstance(failure.value, AddressRefused) is is_gone


def test_a_recipient_who_is_refused_for_now_is_no_reason_to_give_them_up(server, channel):
    server.refusals = {MESSAGE.recipient: "450 4.2.1 try later"}
    with pytest.raises(TemporaryFailure, match="450"):
        channel.send(MESSAGE)


def test_no_server_is_no_fault_of_the_message():
    channel = SmtpChannel(mail_server(f"smtp://127.0.0.1:{free_ports()}"), sender=SENDER)

    with pytest.raises(ChannelDown, match="cannot be reached"):
        channel.send(MESSAGE)


def test_a_server_without_starttls_is_temporary_and_gets_no_password(server):
    channel = SmtpChannel(mail_server(f"smtp://u:secret@127.0.0.1:{server.port}"), sender=SENDER)

    with pytest.raises(TemporaryFailure) as failure:
        channel.send(MESSAGE)

    assert "secret" not in str(failure.value)
    assert server.attempts == 0


def test_wrong_password_is_temporary_since_the_message_is_not_at_fault():
    def refuse(server, session, envelope, mechanism, data):
        return AuthResult(success=False, handled=False)

    with running_mail_server(authenticator=refuse, auth_require_tls=False) as server:
        channel = SmtpChannel(mail_server(f"smtp://u:p@127.0.0.1:{server.port}?tls=none"), sender=SENDER)
        with pytest.raises(TemporaryFailure, match="535"):
            channel.send(MESSAGE)


def test_a_server_that_turns_us_away_at_the_door_is_temporary():
    def greet():
        connection, _address = listener.accept()
        connection.sendall(b"554 no service here\r\n")
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        door = threading.Thread(target=greet)
        door.start()
        channel = SmtpChannel(mail_server(f"smtp://127.0.0.1:{listener.getsockname()[1]}"), sender=SENDER)
        with pytest.raises(TemporaryFailure, match="554"):
            channel.send(MESSAGE)
        door.join()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
def test_starttls_with_a_certificate_nobody_knows_is_temporary(tmp_path):
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
         "-days", "1", "-subj", "/CN=mail.example"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with running_mail_server(tls_context=context) as server:
        channel = SmtpChannel(mail_server(f"{server.url}?tls=starttls"), sender=SENDER)
        with pytest.raises(TemporaryFailure, match="certificate"):
            channel.send(MESSAGE)
    assert server.taken == []


@pytest.mark.parametrize("field", ["recipient", "subject", "message_id"])
@pytest.mark.parametrize("bad", ["a\nBcc: eve@example.com", "a\r\n\r\nbody", "a\rb", "a\x00b"])
def test_headers_cannot_be_injected(field, bad):
    values = {"recipient": "a@example.com", "message_id": "<1@x>", "subject": "s", "body_text": "t"}

    with pytest.raises(MessageInvalid, match=field):
        OutgoingMessage(**values | {field: bad})


@pytest.mark.parametrize("recipient", ["nobody", "", "@", "Ada <ada>"])
def test_an_impossible_address_is_permanent_and_never_reaches_the_server(server, channel, recipient):
    message = OutgoingMessage(recipient=recipient, message_id="<1@x>", subject="s", body_text="t")

    with pytest.raises(PermanentFailure):
        channel.send(message)
    assert server.attempts == 0


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("smtp://mail.example", Address("mail.example", 25, "", "", starttls=False, tls=False)),
        ("smtp://u:p%40ss@mail.example:587", Address("mail.example", 587, "u", "p@ss", True, False)),
        ("smtp://u:p@h:587?tls=starttls", Address("h", 587, "u", "p", True, False)),
        ("smtp://u:p@h?tls=none", Address("h", 25, "u", "p", False, False)),
        ("smtps://u:p@h", Address("h", 465, "u", "p", False, True)),
    ],
)
def test_the_mail_servers_url(url, address):
    assert mail_server(url) == address
    assert "p@ss" not in repr(mail_server(url))


@pytest.mark.parametrize(
    "url",
    ["mail.example", "http://u:secret@h", "smtp://", "smtp://u:secret@h:port", "smtp://u:secret@h?tls=maybe",
     "smtp://u:secret@h?ssl=1", "smtp://u:secret@h/path"],
)  # fmt: skip
def test_a_bad_url_is_refused_without_showing_the_password(url):
    with pytest.raises(ConfigError, match="REGARD_SMTP_URL") as refusal:
        mail_server(url)

    assert "secret" not in str(refusal.value)


def test_without_a_mail_server_e_mails_become_files(tmp_path, caplog):
    channel = FolderChannel(tmp_path / "outgoing-mail", sender=SENDER)

    with caplog.at_level(logging.INFO, logger="regard.mail"):
        receipt = channel.send(MESSAGE)
        channel.send(MESSAGE)

    (path,) = (tmp_path / "outgoing-mail").iterdir()
    email = message_from_bytes(path.read_bytes(), policy=default)
    assert (str(path), path.suffix) == (receipt.detail, ".eml")
    assert (email["Message-ID"], email["To"]) == ("<1@shop.example>", "ada@example.com")
    assert path.stat().st_mode & 0o077 == 0
    assert "ada@example.com" in caplog.text


def test_the_log_names_some_of_many_e_mails(tmp_path, caplog):
    channel = FolderChannel(tmp_path, sender=SENDER)
    with caplog.at_level(logging.INFO, logger="regard.mail"):
        for number in range(NAMED + 5):
            channel.send(replace(MESSAGE, message_id=f"<{number}@shop.example>"))
    assert len(list(tmp_path.iterdir())) == NAMED + 5
    assert [record.args for record in caplog.records][-1] == (tmp_path,)
    assert len(caplog.records) == NAMED + 1


def test_a_folder_that_cannot_be_written_to_is_temporary(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(TemporaryFailure):
        FolderChannel(tmp_path / "file", sender=SENDER).send(MESSAGE)


def test_channels_are_found_by_folder(tmp_path):
    without = message_channels(load_config({"REGARD_DATA": str(tmp_path)}))
    with_server = message_channels(load_config({"REGARD_SMTP_URL": "smtp://h"}))

    assert {*without} == {*with_server} == {
        "email", "in_page", "push", "slack", "sms", "webhook", "whatsapp",
    }  # fmt: skip
    assert (type(without["email"]), type(with_server["email"])) == (FolderChannel, SmtpChannel)


def test_files_of_messages_are_forgotten_on_request(tmp_path):
    channel = FolderChannel(tmp_path, sender="shop@acme.example")
    for number in (1, 2):
        channel.send(OutgoingMessage("ada@example.com", f"<{number}@x>", f"No. {number}", "Hello"))
    channel.forget(["<1@x>", "<3@x>"])
    assert ["No. 2" in file.read_text() for file in tmp_path.glob("*.eml")] == [True]
