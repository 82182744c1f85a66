"""The link by which a customer says whether they take part, without signing in."""

from __future__ import annotations

from django.core import signing
from django.urls import reverse

from regard.core.config import config
from regard.grow.models import MemberState, ProgrammeMember
from regard.profile.models.identity import ERASED

SALT = "regard.grow.programme"


class LinkInvalid(ValueError):
    """It was not made here, or whom it was made for is not known any more."""


def answer_url(member: ProgrammeMember) -> str:
    """Where the member answers."""
    token = signing.Signer(salt=SALT).sign(f"{member.store_id}.{member.pk}")
    return f"{config().public_url}{reverse('programme_answer', args=[token])}"


def member_of_link(token: str) -> ProgrammeMember:
    """Whom a link asks. One query. Raises LinkInvalid."""
    try:
        store, member = signing.Signer(salt=SALT).unsign(token).split(".")
    except (signing.BadSignature, ValueError):
        raise LinkInvalid from None
    rows = ProgrammeMember.objects.select_related("store", "programme", "identity__customer")
    found = rows.filter(store=int(store), pk=int(member)).exclude(state=MemberState.CANDIDATE)
    known = found.exclude(identity__value__startswith=ERASED).first()
    if known is None:
        raise LinkInvalid
    return known
