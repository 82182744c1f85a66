"""To whom a task goes that nobody in person gave away: nobody, somebody who leads, or a member by e-mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count
from django.utils.translation import gettext as _

from regard.act.domain.team import TOLD_ROLES
from regard.core.models import Member, Store
from regard.task.models import Task, TaskState

NOBODY, LEAD = "nobody", "lead"


class Owners:
    """The members of a store as those to whom tasks are given. One query, and one more for the first who leads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        rows = Member.objects.filter(store=store, user__is_active=True).order_by("id")
        members = list(rows.values_list("user_id", "user__email", "role"))
        self._by_email = {email.lower(): user_id for user_id, email, _role in members}
        self._leads = [user_id for user_id, _email, role in members if role in TOLD_ROLES]
        self._load: Counter[int] | None = None

    def knows(self, named: str) -> bool:
        return named.strip().lower() in {"", NOBODY, LEAD, *self._by_email}

    def find(self, named: str) -> int | None:
        """The id of a user; None for nobody, also where there is nobody of that name any more."""
        name = named.strip().lower()
        return self._next_lead() if name == LEAD else self._by_email.get(name)

    def _next_lead(self) -> int | None:
        """Of those who lead the one with the fewest open tasks."""
        if not self._leads:
            return None
        if self._load is None:
            self._load = _open_tasks(self._store, self._leads)
        load = self._load
        chosen = min(self._leads, key=lambda user_id: load[user_id])
        load[chosen] += 1
        return chosen


def _open_tasks(store: Store, user_ids: Iterable[int]) -> Counter[int]:
    rows = Task.objects.filter(store=store, state=TaskState.OPEN, owner__in=list(user_ids))
    return Counter(dict(rows.values_list("owner").annotate(number=Count("pk"))))


def owner_complaint(store: Store, named: str) -> str:
    """What is wrong with a name of an owner; "" for nothing. One query."""
    if Owners(store).knows(named):
        return ""
    said = _("“%(owner)s” is no member of this store. Say “nobody”, “lead”, or the e-mail of a member.")
    return said % {"owner": named}
