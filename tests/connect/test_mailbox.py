"""The mailbox for returns against a real IMAP server, and what mails in it are taken for."""

from __future__ import annotations

import time
from email.message import EmailMessage

import pytest

from regard.connect.mail.answer_text import own_words
from regard.connect.mail.mailbox import MOST_BYTES
from regard.connect.mail.mailbox_address import mailbox_address
from regard.connect.mail.reading import read_returned
from regard.connect.returned_mail import Answer, Bounce, MailboxUnreachable, returns_mailbox
from regard.core.config import ConfigError, load_config
from tests.conftest import free_ports
from tests.connect.imapserver import running_imap_server
from tests.connect.returned import answer_mail, report


@pytest.fixture(scope="module")
def server():
    with running_imap_server() as running:
        yield running


def mailbox(url):
    return returns_mailbox(load_config({"REGARD_RETURNS_IMAP_URL": url}))


def test_mail_is_read_until_it_is_acknowledged(server):
    server.deliver(answer_mail("First"), "reading")
    server.deliver(answer_mail("Second"), "reading")
    with mailbox(server.url("reading")) as box:
        [(first, _), (_second, _)] = box.unread(10)
        box.acknowledge(first)
    with mailbox(server.url("reading")) as box:
        [(number, content)] = box.unread(10)
        assert content.text == "Second"
        assert number != first
        assert list(box.unread(0)) == []


def test_hostile_mail_stops_nobody_elses(server):
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(3_000)
    )
    large = EmailMessage()
    large["From"], large["Subject"] = "eve@example.com", "large"
    large.set_content("Hello\n" + "x" * 70 + "\n" + ("y" * 70 + "\n") * 140_000)
    for raw in (
        deep, large.as_bytes(), b"", b"\xff\xfe\x00broken",
        b"Content-Type: text/plain; charset=nonsense\r\n\r\n\xe4",
        b"To: " + b"<" * 100_000 + b"\r\n\r\nhello", b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!", answer_mail("After all"),
    ):  # fmt: skip
        server.deliver(raw or b"\r\n", "hostile")
    began = time.perf_counter()
    with mailbox(server.url("hostile")) as box:
        found = list(box.unread(100))
    assert len(found) == 9
    assert time.perf_counter() - began < 20
    assert found[-1][1].text == "After all"
    assert found[4][1].text == "ä"
    assert found[1][1].text.startswith("Hello\nxxx")
    assert len(large.as_bytes()) > 9 * MOST_BYTES
    assert (found[0][1], server.count("FLAGGED", "hostile")) == (None, 1)  # nested too deep to be read


def test_what_the_database_keeps_in_no_text_is_left_out():
    bounce = read_returned(report(words="smtp; 550 5.1.1 un\x00known", recipient="a\x00da@example.com"))
    assert (bounce.reason, bounce.recipients) == ("550 5.1.1 unknown", ("ada@example.com",))
    told = {"From": "e\x00ve@example.com", "In-Reply-To": "<a\x00b@shop.example>"}
    answer = read_returned(answer_mail("He\x00llo", **told))
    assert (answer.sender, answer.message_ids, answer.text) == (
        "eve@example.com", ("<ab@shop.example>",), "Hello"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("charset", "text"),
    [("unicode_escape", "\\ud800"), ("raw_unicode_escape", "\\ud800"), ("utf-7", "+2AA-"), ("idna", "xn--4ca"),
     ("punycode", "4ca"), ("rot13", "uryyb")],
)  # fmt: skip
def test_what_is_no_charset_of_texts_is_not_decoded_by(charset, text):
    told = {"Content-Type": f"text/plain; charset={charset}"}
    assert read_returned(answer_mail(text, **told)).text == text


@pytest.mark.parametrize(
    "charset", ["iso-8859-15", "windows-1251", "koi8-r", "gb18030", "big5", "shift_jis", "euc-kr", "iso-2022-jp",
                "utf-16", "macintosh", "latin1", "us-ascii", "tis-620", "euc-jp", "gbk", "utf-8"],
)  # fmt: skip
def test_charsets_of_texts_are_known(charset):
    text = "".join(letter for letter in "Hä Привет 你好 日本 안녕 ไทย" if _is_in(letter, charset)) + " ok"
    mail = answer_mail("", **{"Content-Type": f"text/plain; charset={charset}"}) + text.encode(charset)
    assert read_returned(mail).text == text


def _is_in(letter, charset):
    try:
        return bool(letter.encode(charset))
    except UnicodeEncodeError:
        return False


@pytest.mark.parametrize("name", [b"boundary=", b"BOUNDARY =", b"boundary*0="])
def test_mail_with_many_parts_within_parts_is_refused_before_it_is_read(name):
    deep = b"".join(
        b'Content-Type: multipart/mixed; %s"b%d"\r\n\r\n--b%d\r\n' % (name, n, n) for n in range(300)
    )
    began = time.perf_counter()
    with pytest.raises(ValueError, match="too many parts"):
        read_returned(deep + b"x\r\n" * 250_000)
    assert time.perf_counter() - began < 1


def test_a_mailbox_that_cannot_be_read_says_so_and_no_password():
    with (
        pytest.raises(MailboxUnreachable) as failure,
        mailbox(f"imap://u:secret@127.0.0.1:{free_ports()}/INBOX?tls=none"),
    ):
        raise AssertionError
    assert "secret" not in str(failure.value)


@pytest.mark.parametrize(
    "url",
    [
        "smtp://u:secret@host", "imaps://host/INBOX", "imaps://u@host", "imaps://u:secret@host:port",
        "imap://u:secret@host?tls=maybe", "imap://u:secret@host?folder=a",
    ],
)  # fmt: skip
def test_settings_are_checked_and_never_shown(url):
    with pytest.raises(ConfigError) as refusal:
        mailbox_address(url)
    assert "secret" not in str(refusal.value)


def test_a_url_describes_a_mailbox():
    told = mailbox_address("imaps://ada%40shop.example:p%2Fw@mail.example/Returns%2FRegard")
    assert (told.host, told.port, told.user, told.password) == (
        "mail.example",
        993,
        "ada@shop.example",
        "p/w",
    )
    assert (told.folder, told.tls, told.starttls) == ("Returns/Regard", True, False)
    plain = mailbox_address("imap://u:p@localhost?tls=none")
    assert (plain.port, plain.folder, plain.tls, plain.starttls) == (143, "INBOX", False, False)
    assert mailbox_address("imap://u:p@localhost").starttls


@pytest.mark.parametrize(
    ("status", "words", "is_final"),
    [
        ("5.1.1", "smtp; 550 5.1.1 <ada@example.com>: Recipient address rejected: User unknown", True),
        ("5.0.0", "smtp; 550 No such user here", True),
        ("5.1.1", "", True),
        ("5.2.1", "smtp; 550 mailbox disabled", True),
        ("5.2.2", "smtp; 552 5.2.2 mailbox full", False),
        ("5.7.1", "smtp; 550 5.7.1 blocked as spam", False),
        ("5.0.0", "smtp; 550 blocked by our policy", False),
        ("4.4.1", "", False),
        ("4.2.2", "smtp; 452 full", False),
        ("", "", False),
    ],
)
def test_a_report_says_whether_there_is_nobody(status, words, is_final):
    bounce = read_returned(report(status=status, words=words))
    assert isinstance(bounce, Bounce)
    assert (bounce.is_final, bounce.message_ids) == (is_final, ("<1@shop.example>",))
    assert bounce.recipients == ("ada@example.com",)
    assert bounce.reason == (words.partition("; ")[2] or status)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_what_takes_longer_or_arrived_is_no_bounce(action):
    assert read_returned(report(action=action, status="4.0.0")) is None


def test_a_report_with_the_headers_alone_names_the_message_and_its_address_too():
    bounce = read_returned(report(headers_only=True, to="returns+12-0123456789abcdef@shop.example"))
    assert bounce.message_ids == ("<1@shop.example>",)
    assert bounce.marks == ("12-0123456789abcdef",)


@pytest.mark.parametrize(
    "header",
    [
        ("Auto-Submitted", "auto-replied"), ("X-Autoreply", "yes"), ("Precedence", "auto_reply"),
        ("Return-Path", "<>"),
        ("List-Id", "<a.example>"), ("Subject", "Out of Office: Your order"), ("Subject", "Abwesenheitsnotiz"),
        ("Subject", "=?utf-8?q?R=C3=A9ponse_automatique_=3A?="), ("From", "MAILER-DAEMON@example.com"),
    ],
)  # fmt: skip
def test_what_programs_answer_by_themselves_is_no_answer(header):
    assert read_returned(answer_mail("I am away", **dict([header]))) is None


def test_an_answer_names_what_it_answers_and_who_wrote_it():
    told = {"References": "<0@shop.example> <1@shop.example>", "In-Reply-To": "<1@shop.example>",
            "To": "Shop <returns+7-ab@shop.example>", "Date": "Tue, 03 Nov 2026 10:00:00 +0100"}  # fmt: skip
    answer = read_returned(answer_mail("Where is it?", **told))
    assert isinstance(answer, Answer)
    assert answer.message_ids == ("<1@shop.example>", "<1@shop.example>", "<0@shop.example>")
    assert (answer.marks, answer.sender, answer.text) == (("7-ab",), "ada@example.com", "Where is it?")
    assert answer.sent_at.isoformat() == "2026-11-03T10:00:00+01:00"
    assert read_returned(answer_mail("Where is it?", **told)).key == answer.key
    assert read_returned(answer_mail("Where is it?", **{"Message-ID": "<other@x.example>"})).key != answer.key


def test_html_and_charsets_are_read_and_files_are_not():
    mail = EmailMessage()
    mail["From"] = "ada@example.com"
    mail.add_alternative(
        "<style>p{}</style><p>Schön &amp; gut</p><p>Danke</p><div class=gmail_quote><p>Before</p></div>",
        subtype="html",
    )
    mail.add_attachment("a file", subtype="plain", filename="a.txt")
    assert read_returned(mail.as_bytes()).text == "Schön & gut\n\nDanke"
    windows = b"From: ada@example.com\r\nContent-Type: text/plain; charset=windows-1252\r\n\r\nSch\xf6n \x80"
    assert read_returned(windows).text == "Schön €"
    assert read_returned(b"From: ada@example.com\r\n\r\n> quoted\r\n") is None


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Yes\n\nOn Mon, 2 Nov 2026 at 10:00, Shop <a@b.example> wrote:\n> Do you like it?", "Yes"),
        ("Yes\n\nOn Mon, 2 Nov 2026 at 10:00,\nShop <a@b.example>\nwrote:\n\n> Do you like it?", "Yes"),
        ("Ja\n\nAm 02.11.26 um 10:00 schrieb Laden:\n> Gut?", "Ja"),
        ("Ja\n\nLaden <a@b.example> schrieb am Mo.:\n> Gut?", "Ja"),
        ("Oui\n\nLe lun. 2 nov. 2026 à 10:00, Shop <a@b.example> a écrit :\n> Bien ?", "Oui"),
        ("No\n-----Original Message-----\nFrom: Shop", "No"),
        ("Nein\n\nVon: Laden\nGesendet: Montag\nAn: Ada\nBetreff: Gut?\n\nGut?", "Nein"),
        (
            "It is broken.\n- the lid\n- the handle\n\n-- \nAda\nLane 1",
            "It is broken.\n- the lid\n- the handle",
        ),
        ("Thanks\n\nSent from my iPhone", "Thanks"),
        ("> Do you like it?\n\nYes, I do.\n\n> And this?\nNo.", "Yes, I do.\n\nNo."),
        ("On Monday I wrote to you:\nnothing came", "On Monday I wrote to you:\nnothing came"),
        ("From: the heart\nthank you", "From: the heart\nthank you"),
        ("", ""),
    ],
)
def test_own_words(text, own):
    assert own_words(text) == own


@pytest.mark.parametrize(
    "piece", ["\n", "On ", "On a\n", "> ", "From: a\n", "Disclaimer: mail ", "_", "-", " ", "wrote: ", "a:"]
)
def test_no_text_takes_long(piece):
    began = time.perf_counter()
    own_words(piece * (100_000 // len(piece)))
    assert time.perf_counter() - began < 1
