"""Taking a whole import back: what it added leaves the log, and its customers are formed from what remains."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import connection, transaction

from regard.capture.domain.batch import Stage
from regard.capture.domain.imports.runs import held, taking_back
from regard.capture.domain.imports.sharing import hand_over
from regard.capture.domain.imports.undo import finish_undo, next_event_ids, note_sharing, take_out
from regard.capture.domain.logged import events_by_id
from regard.capture.domain.reader import hold_readers, take_through
from regard.capture.domain.replay import clear_waiting
from regard.capture.models import ImportRun, ImportState
from regard.core.models import Store
from regard.core.registry import import_kinds
from regard.profile.domain.product_retelling import products_told_by, retell_products
from regard.profile.domain.rebuild import rebuild_customers
from regard.profile.models import Customer, CustomerEvent

# Of the things that the run told of by this name, such as orders or reviews, those which several customers tell
# of: one of them formed anew would take the thing along, and the others would not tell of it again. Reads all of
# the store's log.
SHARING = """
    WITH told AS (
        SELECT DISTINCT payload->>%(thing)s AS id FROM capture_event
        WHERE store_id = %(store)s AND import_id = %(run)s AND id BETWEEN %(first)s AND %(last)s
    ), tellers AS (
        SELECT told.id, identity.customer_id FROM capture_event AS event
        JOIN told ON told.id = COALESCE(event.payload->>%(thing)s, event.payload->'properties'->>%(thing)s)
        JOIN profile_customerevent AS placed ON placed.store_id = event.store_id AND placed.event_id = event.id
        JOIN profile_identity AS identity ON identity.id = placed.identity_id
        WHERE event.store_id = %(store)s AND told.id <> ''
    )
    SELECT DISTINCT customer_id FROM tellers WHERE id IN (
        SELECT id FROM tellers GROUP BY id HAVING count(DISTINCT customer_id) > 1
    )
"""
# The same for addresses and phones: others who name them would not tell of them again. Phones go by their last
# digits, since they are written in many ways; who is found without need is formed anew to the same.
NAMED = """
    SELECT event.id, unnest(ARRAY[
        'email ' || lower(trim(COALESCE(payload->>'email', payload->'traits'->>'email',
            payload->'properties'->>'email', payload->'context'->'traits'->>'email'))),
        'phone ' || right(regexp_replace(COALESCE(payload->>'phone', payload->'traits'->>'phone',
            payload->'properties'->>'phone', payload->'context'->'traits'->>'phone'), '\\D', '', 'g'), 8)
    ]) AS said FROM capture_event AS event WHERE store_id = %(store)s
"""
NAMED_BY_SEVERAL = f"""
    WITH told AS (
        SELECT DISTINCT said FROM ({NAMED} AND import_id = %(run)s AND id BETWEEN %(first)s AND %(last)s) AS run
        WHERE said NOT IN ('email ', 'phone ')
    ), tellers AS (
        SELECT said, identity.customer_id FROM ({NAMED}) AS event JOIN told USING (said)
        JOIN profile_customerevent AS placed ON placed.store_id = %(store)s AND placed.event_id = event.id
        JOIN profile_identity AS identity ON identity.id = placed.identity_id
    )
    SELECT DISTINCT customer_id FROM tellers WHERE said IN (
        SELECT said FROM tellers GROUP BY said HAVING count(DISTINCT customer_id) > 1
    )
"""
NOT_SHARED = {"customer_id", "email", "product_id"}  # which do not tell one thing of one customer
EVENTS_AT_A_TIME = 5_000  # whose customers are taken together


def undo_import(
    run: ImportRun, *, stages: Sequence[Stage], progress: Callable[[int], None] | None = None
) -> None:
    """Take back a run whose undo was begun, some thousand customers in a transaction; goes on where it was.

    progress: called with the number of facts taken back so far. Afterwards every customer and product is as if the
    file had never been imported; what other files hold too is theirs. Raises RunBusyError when another process is
    at it, or at another import of the store.
    """
    with taking_back(run.store), held(run):
        run.refresh_from_db()
        if run.state != ImportState.UNDOING:
            return
        if run.sharing_customers is None:
            note_sharing(run, customer_ids=_sharing_customers(run), product_ids=products_told_by(run))
        hand_over(run)
        while _undo_next(run, stages):
            run.refresh_from_db(fields=["undone"])
            if progress:
                progress(run.undone)
        rebuild_customers(
            store=run.store, customer_ids=_existing(run.sharing_customers or []), stages=stages, force=True
        )
        retell_products(run.store, run.told_products or [])
        finish_undo(run)


def _sharing_customers(run: ImportRun) -> list[int]:
    told = {"store": run.store_id, "run": run.pk, "first": run.first_event_id, "last": run.last_event_id}
    found: set[int] = set()
    with connection.cursor() as cursor:
        for thing in sorted(_things_of(run)):
            cursor.execute(SHARING, told | {"thing": thing})
            found.update(number for (number,) in cursor.fetchall())
        cursor.execute(NAMED_BY_SEVERAL, told)
        found.update(number for (number,) in cursor.fetchall())
    return sorted(found)


def _things_of(run: ImportRun) -> set[str]:
    """The fields by which the run's kinds name what several customers may tell of."""
    kinds = {run.kind, *(section["kind"] for section in run.mapping.get("imports", []))}
    known = [import_kinds.get(kind) for kind in kinds if kind in import_kinds]
    named = {name for kind in known for name in kind.identity[:1]}
    orders = {"order_id" for kind in known if any(field.name == "order_id" for field in kind.fields)}
    return (named | orders) - NOT_SHARED


def _existing(customer_ids: Sequence[int]) -> list[int]:
    return sorted(Customer.objects.filter(pk__in=customer_ids).values_list("pk", flat=True))


@transaction.atomic
def _undo_next(run: ImportRun, stages: Sequence[Stage]) -> bool:
    """Take back the first events and all else that the run added of their customers; False when none is left."""
    store = run.store
    hold_readers(store)
    event_ids = next_event_ids(run, limit=EVENTS_AT_A_TIME)
    if not event_ids:
        return False
    placed = CustomerEvent.objects.filter(store=store)
    about = placed.filter(event_id__in=event_ids).values_list("identity__customer", flat=True)
    customers = sorted(set(about))
    of_them = placed.filter(
        identity__customer__in=customers, event_id__range=(run.first_event_id, run.last_event_id)
    )
    gone = take_out(run, [*event_ids, *of_them.values_list("event_id", flat=True)])
    rebuild_customers(store=store, customer_ids=customers, stages=stages, force=True)
    _forget_what_waits(store, gone, stages)
    return True


def _forget_what_waits(store: Store, gone: Sequence[int], stages: Sequence[Stage]) -> None:
    """What waits for its order belongs to no customer yet."""
    events = events_by_id(store.pk, sorted(clear_waiting(store, gone)))
    if events:
        take_through(store, events, stages, is_replay=True)
