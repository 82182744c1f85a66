"""From a message to an e-mail."""

from __future__ import annotations

from email.utils import formataddr, parseaddr

from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import BadHeaderError

from regard.connect.channels import OutgoingMessage, PermanentFailure


def compose(message: OutgoingMessage, *, sender: str) -> EmailMultiAlternatives:
    """The e-mail: plain text and, where there is some, HTML. Raises PermanentFailure for a bad address."""
    if "@" not in parseaddr(message.recipient)[1]:
        raise PermanentFailure(f"{message.recipient!r} is no e-mail address.")
    email = EmailMultiAlternatives(
        subject=message.subject,
        body=message.body_text,
        from_email=formataddr((message.sender_name, parseaddr(sender)[1])) if message.sender_name else sender,
        to=[message.recipient],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers=_headers(message),
    )
    if message.body_html:
        email.attach_alternative(message.body_html, "text/html")
    try:
        email.message()
    except (BadHeaderError, ValueError) as error:
        raise PermanentFailure(f"The e-mail cannot be written: {error}") from error
    return email


def _headers(message: OutgoingMessage) -> dict[str, str]:
    headers = {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"}
    if message.unsubscribe_url:  # RFC 8058
        headers["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
