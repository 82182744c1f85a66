"""E-mails of the pages to the people who work with them."""

from __future__ import annotations

import smtplib

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from regard.core.models import Invitation


class MailFailed(Exception):
    """The mail server did not take the e-mail; the message is what it said."""


def send_invitation(invitation: Invitation, *, link: str, inviter: str) -> None:
    """Raises MailFailed."""
    context = {"invitation": invitation, "link": link, "inviter": inviter}
    subject = _("%(inviter)s invites you to %(store)s on Regard") % {
        "inviter": inviter,
        "store": invitation.store.name,
    }
    text = render_to_string("web/mail/invitation.txt", context)
    try:
        send_mail(" ".join(subject.split()), text, None, [invitation.email])
    except (smtplib.SMTPException, OSError) as error:
        raise MailFailed(str(error)) from error
