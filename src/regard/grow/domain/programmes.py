"""Programmes: setting one up, changing, closing and finding it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.domain.audit import changed_fields, record_audit
from regard.core.edges.keyset import KeysetPage, keyset_page
from regard.core.models import Store
from regard.grow.models import (
    Decision,
    MemberState,
    Programme,
    ProgrammeKind,
    ProgrammeMember,
    ProgrammeSession,
)
from regard.task.domain.making import clean_text

LONGEST_NAME, LONGEST_LINE = 100, 200
MOST_PROGRAMMES = 500  # of a store
# Who is proposed. The 2 % of a board are given (specification, feedback, section 14); the others are proposals.
SHARES = {ProgrammeKind.BOARD: 2, ProgrammeKind.BETA: 10, ProgrammeKind.PRE_LAUNCH: 5}
SHARE_BOUNDS = (1, 50)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a programme is. share_percent: None for what is usual for its kind."""

    name: str
    purpose: str = ""
    rhythm: str = ""
    thanks: str = ""
    share_percent: int | None = None


@dataclass(frozen=True)
class Counts:
    """How many there are in a programme."""

    candidates: int = 0
    invited: int = 0
    accepted: int = 0
    declined: int = 0
    left: int = 0
    dismissed: int = 0
    sessions: int = 0
    decisions: int = 0

    @property
    def asked(self) -> int:
        """Who was invited, whatever became of it."""
        return self.invited + self.accepted + self.declined + self.left


@transaction.atomic
def create_programme(store: Store, kind: str, terms: Terms, *, actor: str) -> Programme:
    """Raises ValidationError, by field."""
    if kind not in ProgrammeKind.values:
        raise ValidationError({"kind": _("Choose one of the values.")})
    if Programme.objects.filter(store=store).count() >= MOST_PROGRAMMES:
        raise ValidationError(_("A store can have %d programmes at most.") % MOST_PROGRAMMES)
    programme = Programme.objects.create(store=store, kind=kind, **_clean(kind, terms))
    record_audit(store=store, actor=actor, action="programme.created", target=target_of(programme), kind=kind)
    return programme


@transaction.atomic
def change_programme(programme: Programme, terms: Terms, *, actor: str) -> bool:
    """False when nothing is otherwise. Raises ValidationError, by field."""
    clean = _clean(programme.kind, terms)
    changes = changed_fields({name: getattr(programme, name) for name in clean}, clean)
    if not changes:
        return False
    for name, value in clean.items():
        setattr(programme, name, value)
    programme.save(update_fields=list(clean))
    record_audit(
        store=programme.store, actor=actor, action="programme.changed", target=target_of(programme),
        changes=changes,
    )  # fmt: skip
    return True


@transaction.atomic
def switch_programme(programme: Programme, *, is_open: bool, actor: str) -> bool:
    """Close it, or open it again; False when it was so before. Nobody is invited to a closed one, nor can join."""
    held = Programme.objects.select_for_update().get(pk=programme.pk)
    if held.is_open == is_open:
        return False
    programme.closed_at = None if is_open else clock.now()
    programme.save(update_fields=["closed_at"])
    action = "programme.opened" if is_open else "programme.closed"
    record_audit(store=programme.store, actor=actor, action=action, target=target_of(programme))
    return True


def programmes_for_viewer(
    store: Store, *, kind: str = "", cursor: str = "", limit: int = 50
) -> KeysetPage[Programme]:
    """The latest first. One query. Raises CursorInvalid."""
    rows = Programme.objects.filter(store=store).select_related("store")
    return keyset_page(rows.filter(kind=kind) if kind else rows, order=("-id",), cursor=cursor, limit=limit)


def programme_for_viewer(store: Store, programme_id: int) -> Programme:
    """Raises Programme.DoesNotExist, also for one of another store."""
    return Programme.objects.select_related("store").get(store=store, pk=programme_id)


def open_programmes(store: Store) -> list[Programme]:
    """One query."""
    return list(Programme.objects.filter(store=store, closed_at=None).order_by("name", "id"))


def counts_of(store: Store, programmes: Sequence[Programme]) -> dict[int, Counts]:
    """By programme. Three queries."""
    ids = [programme.pk for programme in programmes]
    states = {
        "candidates": MemberState.CANDIDATE, "invited": MemberState.INVITED, "accepted": MemberState.ACCEPTED,
        "declined": MemberState.DECLINED, "left": MemberState.LEFT, "dismissed": MemberState.DISMISSED,
    }  # fmt: skip
    members = ProgrammeMember.objects.filter(store=store, programme__in=ids).values("programme")
    rows = members.annotate(
        **{name: Count("pk", filter=Q(state=state)) for name, state in states.items()}
    ).order_by()
    known: dict[int, dict[str, int]] = {
        row["programme"]: {name: row[name] for name in states}  # type: ignore[literal-required]
        for row in rows
    }
    sessions = _count(ProgrammeSession, store, ids)
    decisions = _count(Decision, store, ids)
    return {
        pk: Counts(**known.get(pk, {}), sessions=sessions.get(pk, 0), decisions=decisions.get(pk, 0))
        for pk in ids
    }


def terms_of(programme: Programme) -> Terms:
    """As they stand."""
    return Terms(**{name: getattr(programme, name) for name in Terms.__dataclass_fields__})


def target_of(programme: Programme) -> str:
    """By which the audit log names it."""
    return f"programme {programme.pk}"


def _count(
    model: type[ProgrammeSession | Decision], store: Store, programme_ids: Collection[int]
) -> dict[int, int]:
    rows = model.objects.filter(store=store, programme__in=programme_ids).values_list("programme")
    return dict(rows.annotate(Count("pk")).order_by())


def _clean(kind: str, terms: Terms) -> dict[str, str | int]:
    lines = {name: _line(name, getattr(terms, name)) for name in ("name", "rhythm", "thanks")}
    if not lines["name"] or len(lines["name"]) > LONGEST_NAME:
        raise ValidationError({"name": _("Write 1 to %d characters.") % LONGEST_NAME})
    share = SHARES[ProgrammeKind(kind)] if terms.share_percent is None else terms.share_percent
    least, most = SHARE_BOUNDS
    if not least <= share <= most:
        said = _("It must be from %(least)s to %(most)s.")
        raise ValidationError({"share_percent": said % {"least": least, "most": most}})
    purpose = clean_text(terms.purpose, "purpose")
    return {**asdict(terms), **lines, "purpose": purpose, "share_percent": share}


def _line(name: str, written: str) -> str:
    line = " ".join(written.replace("\0", "").split())
    if len(line) > LONGEST_LINE:
        raise ValidationError({name: _("Write at most %d characters.") % LONGEST_LINE})
    return line
