"""E-mails about accounts: queued with the change that wants them, tried for some hours, seen where they fail.

They don't pass the outbox. That one is a store's: its members read what stands in it, which must be no link that
lets somebody in, and who stops it must not keep people from their accounts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.models import AccountMail, AccountMailKind, Invitation
from regard.core.secrets import encrypt

MOST_ATTEMPTS = 7
LOST_AFTER = timedelta(days=2)  # all attempts take five hours
FAILED_KEPT = timedelta(days=30)


def queue_invitation_mail(invitation: Invitation, token: str) -> AccountMail:
    """The e-mail of an invitation; the caller defers the job that sends it. token: of its link."""
    return AccountMail.objects.create(
        kind=AccountMailKind.INVITATION,
        recipient=invitation.email,
        invitation=invitation,
        token_encrypted=encrypt(token),
        language=get_language() or "",
    )


def queue_reset_mail(email: str) -> AccountMail:
    """The e-mail with the link to a new password, whether anybody has the address or not; the job as above."""
    return AccountMail.objects.create(
        kind=AccountMailKind.RESET, recipient=email.strip().lower(), language=get_language() or ""
    )


def account_mail_to_send(mail_id: int) -> AccountMail | None:
    """The e-mail, with its invitation, while it is wanted."""
    mails = AccountMail.objects.select_related("invitation__store", "invitation__invited_by")
    return mails.filter(pk=mail_id, failed_at=None).first()


def settle_account_mail(mail: AccountMail) -> None:
    """It was sent, or there is nobody to send it to."""
    mail.delete()


@transaction.atomic
def note_account_mail_failed(mail: AccountMail, error: str) -> bool:
    """An attempt that failed; gives whether it was the last."""
    AccountMail.objects.filter(pk=mail.pk).update(attempts=F("attempts") + 1, last_error=error[:500])
    mail.refresh_from_db(fields=["attempts"])
    if mail.attempts < MOST_ATTEMPTS:
        return False
    AccountMail.objects.filter(pk=mail.pk).update(failed_at=clock.now(), token_encrypted="")
    return True


def mails_of_invitations(invitations: Iterable[Invitation]) -> dict[int, AccountMail]:
    """The e-mails that have failed once at least, by the invitation's id. One query."""
    failed = Q(attempts__gt=0) | Q(failed_at__isnull=False)
    troubled = AccountMail.objects.filter(failed, invitation__in=list(invitations))
    return {mail.invitation_id or 0: mail for mail in troubled}


def give_up_lost_account_mails() -> None:
    """Give up those whose job is gone, so that they are seen and no token stays."""
    now = clock.now()
    reason = Coalesce(NullIf("last_error", Value("")), Value(_("It did not leave within two days.")))
    lost = AccountMail.objects.filter(failed_at=None, created_at__lt=now - LOST_AFTER)
    lost.update(failed_at=now, token_encrypted="", last_error=reason)


def forget_failed_account_mails() -> None:
    """Delete those that were given up a month ago."""
    AccountMail.objects.filter(failed_at__lt=clock.now() - FAILED_KEPT).delete()
