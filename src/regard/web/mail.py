"""E-mails about accounts, made and sent by a job, so that a page neither waits for the mail server nor tells by
its time who has an account."""

from __future__ import annotations

import logging

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.config import config
from regard.core.domain.account_mails import (
    account_mail_to_send,
    note_account_mail_failed,
    settle_account_mail,
)
from regard.core.models import AccountMail, Invitation, User
from regard.core.secrets import decrypt

log = logging.getLogger("regard.mail")


class MailFailed(Exception):
    """The e-mail could not be written, or the mail server did not take it; it is to be tried again."""


def deliver_account_mail(mail_id: int) -> None:
    """Send an e-mail that is queued; one that is no longer wanted is dropped.

    Raises MailFailed until it is given up: then the row, a number at /metrics and the log say so.
    """
    mail = account_mail_to_send(mail_id)
    if mail is None:
        return
    try:
        _send(mail)
    except Exception as error:
        if note_account_mail_failed(mail, str(error) or type(error).__name__):
            log.error("e-mail %d (%s) is given up: %s", mail.pk, mail.kind, error)  # noqa: TRY400 - no surprise
            return
        raise MailFailed(str(error)) from error
    settle_account_mail(mail)


def _send(mail: AccountMail) -> None:
    with translation.override(_language(mail)):
        written = _written(mail)
    if written is not None:
        send_mail(*written, None, [mail.recipient])


def _language(mail: AccountMail) -> str | None:
    """What the recipient has chosen, else that of the page on which somebody asked for the e-mail."""
    chosen = User.objects.filter(email=mail.recipient).values_list("language", flat=True).first()
    return chosen or mail.language or None


def invitation_link(token: str) -> str:
    return config().public_url + reverse("invitation", args=[token])


def _written(mail: AccountMail) -> tuple[str, str] | None:
    """Subject and text; None when there is nobody to write to, or the invitation has run out."""
    if mail.invitation is not None:
        return _invitation(mail.invitation, decrypt(mail.token_encrypted))
    user = User.objects.filter(email=mail.recipient, is_active=True).first()
    return None if user is None else _reset(user)


def _invitation(invitation: Invitation, token: str) -> tuple[str, str] | None:
    if invitation.accepted_at is not None or invitation.expires_at <= clock.now():
        return None
    inviter, store = str(invitation.invited_by or "Regard"), invitation.store.name
    context = {"invitation": invitation, "link": invitation_link(token), "inviter": inviter}
    subject = _("%(inviter)s invites you to %(store)s on Regard") % {"inviter": inviter, "store": store}
    return " ".join(subject.split()), render_to_string("web/mail/invitation.txt", context)


def _reset(user: User) -> tuple[str, str]:
    """The link leads to the address that the operator has set: what a request calls its host may be anybody's."""
    names = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    link = config().public_url + reverse("account_reset_password_from_key", kwargs=names)
    subject = render_to_string("account/email/password_reset_key_subject.txt")
    text = render_to_string("account/email/password_reset_key_message.txt", {"password_reset_url": link})
    return " ".join(subject.split()), text
