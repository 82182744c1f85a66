"""Mails as they come back: reports of mail servers, and answers."""

from __future__ import annotations

REPORT = """\
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon,  2 Nov 2026 10:00:00 +0100 (CET)

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: {words}

--b
Content-Type: {kind}

From: Shop <shop@shop.example>
To: ada@example.com
Message-ID: {message_id}
Subject: Your order

{rest}
--b--
"""


def report(
    *,
    message_id: str = "<1@shop.example>",
    to: str = "shop@shop.example",
    recipient: str = "ada@example.com",
    action: str = "failed",
    status: str = "5.1.1",
    words: str = "smtp; 550 5.1.1 unknown user",
    headers_only: bool = False,
) -> bytes:
    """As Postfix writes them (RFC 3464)."""
    kind, rest = ("text/rfc822-headers", "") if headers_only else ("message/rfc822", "Hello")
    told = {"message_id": message_id, "to": to, "recipient": recipient, "action": action, "status": status,
            "words": words, "kind": kind, "rest": rest}  # fmt: skip
    return REPORT.format(**told).replace("\n", "\r\n").encode()


def answer_mail(text: str, **headers: str) -> bytes:
    told = {
        "From": "Ada <Ada@example.com>",
        "To": "shop@shop.example",
        "Subject": "Re: Your order",
        "Message-ID": "<answer@mail.example>",
        "Content-Type": "text/plain; charset=utf-8",
    } | headers
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"{head}\r\n{text}".encode()
