"""Who is proposed for a programme, by what scores say of all who have bought.

An advisory board goes by satisfaction, engagement and value, a beta test by satisfaction and engagement
(specification, feedback, section 14). What "top 2 % on three figures" means is a proposal of ours: each figure is
ranked among the customers of whom all of them are known, and the mean of the ranks is a customer's standing. Best
in each of three would be nobody in most stores. A pre-launch test wants customers as they are, not the best: it
proposes some at random, the same ones each time.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.grow.domain.programmes import target_of
from regard.grow.models import MemberState, Programme, ProgrammeKind, ProgrammeMember
from regard.profile.domain.notes import strongest_identity
from regard.profile.models import Customer, IdentityKind
from regard.score.domain.weights import PRESENT

LEAST_KNOWN = 50  # proposal: of fewer customers 2 % is less than one
MOST_CANDIDATES = 2_000  # proposal: of a programme at a time; more can be found once some are invited
FIGURES = {
    ProgrammeKind.BOARD: ("satisfaction", "engagement", "value_minor"),
    ProgrammeKind.BETA: ("satisfaction", "engagement"),
    ProgrammeKind.PRE_LAUNCH: (),
}
RANKS = {"satisfaction": "satisfaction_rank", "engagement": "engagement_rank", "value_minor": "value_rank"}
# A share of zero customers is none, and whoever stands as the last one does is in, too.
RANKED = """
    WITH bought AS (
        SELECT features.customer_id, csi.value::float8 AS satisfaction, {engagement} AS engagement,
            features.net_spent_minor AS value_minor
        FROM score_customerfeatures AS features
        LEFT JOIN score_score AS csi ON csi.store_id = features.store_id AND csi.name = 'csi'
            AND csi.subject_type = 'customer' AND csi.subject_id = features.customer_id AND csi.coverage >= 50
        LEFT JOIN score_score AS health ON health.store_id = features.store_id AND health.name = 'health'
            AND health.subject_type = 'customer' AND health.subject_id = features.customer_id
            AND health.weights_version = {version}
        WHERE features.store_id = %(store)s AND features.orders > 0
    ), ranked AS (
        SELECT *, 100 * percent_rank() OVER (ORDER BY satisfaction) AS satisfaction_rank,
            100 * percent_rank() OVER (ORDER BY engagement) AS engagement_rank,
            100 * percent_rank() OVER (ORDER BY value_minor) AS value_rank
        FROM bought WHERE {known}
    ), stood AS (SELECT *, {standing} AS standing FROM ranked),
    placed AS (SELECT *, rank() OVER (ORDER BY standing DESC) AS place, count(*) OVER () AS known FROM stood),
    best AS MATERIALIZED (
        SELECT * FROM placed WHERE known >= %(least)s AND place <= ceil(known * %(share)s / 100.0)
        ORDER BY standing DESC, customer_id LIMIT %(most)s
    ), named AS (
        SELECT DISTINCT ON (best.customer_id) best.*, identity.id AS identity_id
        FROM best JOIN profile_identity AS identity
            ON identity.customer_id = best.customer_id AND identity.store_id = %(store)s
        ORDER BY best.customer_id, array_position(%(kinds)s::text[], identity.kind::text), identity.id
    ), added AS (
        INSERT INTO grow_programmemember AS member (store_id, programme_id, identity_id, state, standing,
            satisfaction, engagement, value_minor, satisfaction_rank, engagement_rank, value_rank, by_hand,
            proposed_at, invited_by, answered_by, note, unsent)
        SELECT %(store)s, %(programme)s, identity_id, 'candidate', standing, satisfaction, engagement,
            value_minor, {told_ranks}, false, %(now)s, '', '', '', ''
        FROM named WHERE NOT EXISTS (
            SELECT FROM grow_programmemember AS held
            JOIN profile_identity AS theirs ON theirs.id = held.identity_id
            WHERE held.programme_id = %(programme)s AND theirs.customer_id = named.customer_id
        )
        ON CONFLICT (programme_id, identity_id) DO NOTHING RETURNING 1
    )
    SELECT (SELECT count(*) FROM bought), (SELECT count(*) FROM ranked), (SELECT min(standing) FROM best),
        (SELECT count(*) FROM added)
"""


@transaction.atomic
def propose_candidates(programme: Programme, *, actor: str) -> int:
    """Put those on the list of candidates who are among the best now, and take off who is not any more; who was
    put there by hand, or was invited before, stays. Gives how many are candidates by it. Raises ValidationError
    for a closed programme.
    """
    Programme.objects.select_for_update().get(pk=programme.pk)
    raise_if_closed(programme)
    old = ProgrammeMember.objects.filter(
        store=programme.store_id, programme=programme, state=MemberState.CANDIDATE, by_hand=False
    )
    old.delete()
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_statement(ProgrammeKind(programme.kind)), {
            "store": programme.store_id, "programme": programme.pk, "share": programme.share_percent, "now": now,
            "least": LEAST_KNOWN, "most": MOST_CANDIDATES, "kinds": list(IdentityKind.values),
        })  # fmt: skip
        bought, known, least, added = cursor.fetchone()
    programme.proposed_at, programme.bought_customers = now, bought
    programme.known_customers, programme.least_standing = known, least
    programme.save(update_fields=["proposed_at", "bought_customers", "known_customers", "least_standing"])
    record_audit(
        store=programme.store,
        actor=actor,
        action="programme.proposed",
        target=target_of(programme),
        found=added,
    )
    return int(added)


@transaction.atomic
def add_candidate(programme: Programme, customer: Customer, *, actor: str) -> bool:
    """Put a customer on the list by hand; False when they are in the programme. Raises ValidationError."""
    Programme.objects.select_for_update().get(pk=programme.pk)
    raise_if_closed(programme)
    theirs = ProgrammeMember.objects.filter(
        store=programme.store_id, programme=programme, identity__customer=customer
    )
    if theirs.exists():
        return False
    ProgrammeMember.objects.create(
        store=programme.store, programme=programme, identity=strongest_identity(customer), by_hand=True,
        proposed_at=clock.now(),
    )  # fmt: skip
    record_audit(
        store=programme.store, actor=actor, action="programme.candidate_added", target=target_of(programme),
        customer=customer.pk,
    )  # fmt: skip
    return True


def raise_if_closed(programme: Programme) -> None:
    """Raises ValidationError."""
    if not programme.is_open:
        raise ValidationError(_("The programme is closed. Open it again first."))


def _statement(kind: ProgrammeKind) -> str:
    """The names in it are constants of this code."""
    names = FIGURES[kind]
    ranks = [RANKS[name] for name in names]
    chance = "100 * abs(hashint8extended(customer_id, %(programme)s)::float8) / 9223372036854775807"
    return RANKED.format(
        engagement=_engagement(),
        version=PRESENT.version,
        known=" AND ".join(f"{name} IS NOT NULL" for name in names) or "true",
        standing=f"({' + '.join(ranks)}) / {len(ranks)}" if ranks else chance,
        told_ranks=", ".join(rank if rank in ranks else "NULL" for rank in RANKS.values()),
    )


def _engagement() -> str:
    """The pillar "behaviour" of health, of which what is not known is left out, as of the whole."""
    first = PRESENT.inputs.index(next(iter(_behaviour())))
    parts = [
        (f"health.input_values[{first + place}]", weight)
        for place, weight in enumerate(_behaviour().values(), start=1)
    ]
    points = " + ".join(f"COALESCE({part} * {weight}, 0)" for part, weight in parts)
    weights = " + ".join(f"CASE WHEN {part} IS NULL THEN 0 ELSE {weight} END" for part, weight in parts)
    return f"(({points}) / NULLIF({weights}, 0))"


def _behaviour() -> dict[str, int]:
    (pillar,) = (pillar for pillar in PRESENT.pillars if pillar.name == "behaviour")
    return dict(pillar.inputs)
