"""What the installation forgets at night: sessions that ran out, invitations of long ago."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from regard.core import clock
from regard.core.domain.members import accept_invitation, forget_old_invitations, invite_member
from regard.core.models import AuditEntry, Invitation, Store, User
from regard.web.jobs import clear_sessions

MAY = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.django_db
def test_sessions_that_ran_out_are_cleared():
    living, over = SessionStore(), SessionStore()
    for session, seconds in ((living, 60), (over, -60)):
        session.set_expiry(seconds)
        session.save()
    clear_sessions(timestamp=0)
    assert [session.pk for session in Session.objects.all()] == [living.session_key]


def test_old_invitations_are_forgotten_a_month_after_their_end(store: Store):
    def invite(name: str) -> str:
        return invite_member(
            store=store, email=f"{name}@acme.example", role="agent", actor="tests", granted_by=None
        )[1]

    with clock.set_to(MAY):
        invite("never-came")
        accept_invitation(invite("came"), user=User.objects.create_user("came@acme.example"))
    with clock.set_to(MAY + timedelta(days=31)):
        invite("fresh")
        forget_old_invitations()
        assert names() == ["fresh@acme.example", "never-came@acme.example"]  # its link lived for a week
    with clock.set_to(MAY + timedelta(days=38)):
        forget_old_invitations()
    assert names() == ["fresh@acme.example"]
    assert AuditEntry.objects.filter(store=store, action="member.invited").count() == 3


def names() -> list[str]:
    return list(Invitation.objects.order_by("email").values_list("email", flat=True))
