"""Nightly tidying of what belongs to the whole installation."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore
from procrastinate.contrib.django import app

from regard.core.domain.members import forget_old_invitations


@app.periodic(cron="50 3 * * *")
@app.task(name="web.clear_sessions")
def clear_sessions(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    SessionStore.clear_expired()


@app.periodic(cron="55 3 * * *")
@app.task(name="web.forget_invitations")
def forget_invitations(timestamp: int) -> None:  # noqa: ARG001 - see above
    forget_old_invitations()
