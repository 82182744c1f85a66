"""People who sign in: made when they redeem an invitation, renamed by themselves."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from regard.core.domain.audit import Changes, changed_fields, record_audit
from regard.core.domain.members import InvitationInvalid, accept_invitation, find_invitation
from regard.core.domain.stores import stores_for_viewer
from regard.core.models import Invitation, Member, User
from regard.core.models.user import Density, Theme


@transaction.atomic
def join_by_invitation(token: str, *, name: str, password: str) -> Member:
    """Make the account that an open invitation is for, and redeem it.

    Raises InvitationInvalid, also when there is an account of that address, and ValidationError for a weak
    password.
    """
    invitation = find_invitation(token)
    Invitation.objects.select_for_update().filter(pk=invitation.pk).first()  # the second of two presses waits
    if User.objects.filter(email=invitation.email).exists():
        raise InvitationInvalid
    user = User(email=invitation.email, name=name.strip())
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    user.set_password(password)
    user.save()
    record_audit(store=invitation.store, actor=user.email, action="user.joined", target=user.email)
    return accept_invitation(token, user=user)


def accept_code_step(user: User, step: int) -> bool:
    """Note that a code of two-step sign-in was used; False when it, or a later one, was used before.

    step: the half minute that the code is of, counted from 1970. Of two who bring it at once, one is let in.
    """
    earlier = Q(last_code_step=None) | Q(last_code_step__lt=step)
    return User.objects.filter(earlier, pk=user.pk).update(last_code_step=step) == 1


@transaction.atomic
def forget_second_step(user: User, *, actor: str) -> bool:
    """Take two-step sign-in away from somebody who lost their phone and codes; False when there was none."""
    if not Authenticator.objects.filter(user=user).delete()[0]:
        return False
    _record_in_their_stores(user, actor=actor, action="user.second_step_forgotten")
    return True


@transaction.atomic
def rename_user(user: User, *, name: str) -> None:
    """How the person is called in lists and on what they do."""
    changes = changed_fields({"name": user.name}, {"name": name.strip()})
    user.name = name.strip()
    user.save(update_fields=["name"])
    _record_in_their_stores(user, actor=user.email, action="user.renamed", changes=changes)


def choose_look(user: User, *, theme: str, density: str) -> None:
    """How pages look to the person: see Theme and Density; what is none of theirs is taken as the first.

    Not audited: it concerns nobody else.
    """
    user.theme = theme if theme in Theme.values else Theme.SYSTEM
    user.density = density if density in Density.values else Density.COMPACT
    user.save(update_fields=["theme", "density"])


def choose_language(user: User, *, language: str) -> None:
    """In which language pages and e-mails about the account are to the person; "", or one that Regard does not
    speak, leaves it to the store. Not audited, as above."""
    user.language = language if language in dict(settings.LANGUAGES) else ""
    user.save(update_fields=["language"])


def _record_in_their_stores(user: User, *, actor: str, action: str, changes: Changes | None = None) -> None:
    """In the log of every store that the account can enter, since nobody reads entries of no store."""
    for store in stores_for_viewer(user) or (None,):
        record_audit(store=store, actor=actor, action=action, target=user.email, changes=changes)
