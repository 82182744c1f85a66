"""Codes: brought in from a list, made by rule, and taken, each once."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regard.capture.domain.bulk import run_bulk
from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.offer.models import OfferCode, OfferPool

# No vowels, which make words, and nothing that looks like something else when it is read aloud or copied by hand.
ALPHABET = "BCDFGHJKMNPQRSTVWXYZ23456789"
SHORTEST, LONGEST = 3, 60
MOST_AT_ONCE = 100_000
SHORTEST_MADE, LONGEST_MADE = 6, 20
ADD = """
    INSERT INTO offer_offercode (store_id, pool_id, code, folded, is_taken, made_at)
    SELECT %b, %b, code, folded, false, %b FROM unnest(%b::text[], %b::text[]) AS new (code, folded)
    ON CONFLICT (folded, store_id) DO NOTHING
    RETURNING code
"""
# As an array, which is asked for once: what stands behind IN may be asked for again for each row, and skips then
# what it has locked itself, so that more are taken than wanted.
TAKE = """
    UPDATE offer_offercode SET is_taken = true WHERE id = ANY(ARRAY(
        SELECT id FROM offer_offercode WHERE pool_id = %b AND NOT is_taken
        ORDER BY id LIMIT %b FOR UPDATE SKIP LOCKED
    )) RETURNING id
"""
LEFT = """
    SELECT pool.id, (SELECT count(*) FROM (
        SELECT 1 FROM offer_offercode WHERE pool_id = pool.id AND NOT is_taken LIMIT %b
    ) AS free) FROM unnest(%b::bigint[]) AS pool (id)
"""


@transaction.atomic
def import_codes(pool: OfferPool, lines: Iterable[str], *, actor: str) -> tuple[int, int]:
    """Bring codes in, one a line, what follows a comma or semicolon left out; gives how many are new, and how many
    the store had.

    Raises ValidationError, which names the line, for what is no code; then none is brought in.
    """
    codes = list(_read_codes(lines))
    if not codes:
        raise ValidationError({"codes": _("There is no code in it: write one a line.")})
    added = _add(pool, list(dict.fromkeys(codes)))
    record_audit(
        store=pool.store,
        actor=actor,
        action="offer.codes_imported",
        target=f"offer {pool.key}",
        codes=len(added),
    )
    return len(added), len(codes) - len(added)


@transaction.atomic
def make_codes(pool: OfferPool, count: int, *, actor: str) -> int:
    """Make codes by the pool's rule ahead, for the shop to know them. Raises ValidationError for a bad number."""
    if not 1 <= count <= MOST_AT_ONCE:
        raise ValidationError({"count": _("Make 1 to %d codes at once.") % MOST_AT_ONCE})
    add_made_codes(pool, count)
    record_audit(
        store=pool.store, actor=actor, action="offer.codes_made", target=f"offer {pool.key}", codes=count
    )
    return count


def add_made_codes(pool: OfferPool, count: int) -> None:
    """What exists already is made anew, which hardly ever happens: six characters are 480 million codes."""
    missing = count
    while missing:
        missing -= len(_add(pool, [_new_code(pool) for _each in range(missing)]))


def take_codes(pool: OfferPool, count: int) -> list[OfferCode]:
    """Codes that nobody else gets, in the caller's transaction: `count` of them, or as many as there are."""
    taken = [pk for (pk,) in run_bulk(TAKE, (pool.pk, count))]
    if len(taken) < count and pool.makes_codes:
        add_made_codes(pool, count - len(taken))
        taken += [pk for (pk,) in run_bulk(TAKE, (pool.pk, count - len(taken)))]
    return list(OfferCode.objects.filter(pk__in=taken).order_by("id"))


def codes_left(pools: Collection[int], *, most: int) -> dict[int, int]:
    """By pool (id) how many codes are left, each counted up to `most`. One query along an index."""
    return dict(run_bulk(LEFT, (most, list(pools)))) if pools else {}


@transaction.atomic
def export_codes(pool: OfferPool, *, actor: str) -> Iterator[str]:
    """All codes of the pool for the shop, one a line, the earliest first."""
    record_audit(store=pool.store, actor=actor, action="offer.codes_exported", target=f"offer {pool.key}")
    rows = OfferCode.objects.filter(pool=pool).order_by("id").values_list("code", flat=True)
    return (f"{code}\n" for code in rows.iterator(chunk_size=5_000))


def fold(code: str) -> str:
    """The code as it is compared."""
    return code.strip().upper()


def _add(pool: OfferPool, codes: Sequence[str]) -> list[str]:
    values = (pool.store_id, pool.pk, clock.now(), list(codes), [fold(code) for code in codes])
    return [code for (code,) in run_bulk(ADD, values)]


def _read_codes(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        code = line.replace("\0", "").replace(";", ",").partition(",")[0].strip().strip('"')
        if code and not (number == 1 and code.lower() in {"code", "codes"}):
            _check_code(code, number)
            yield code


def _check_code(code: str, number: int) -> None:
    if number > MOST_AT_ONCE:
        raise ValidationError({"codes": _("Bring in at most %d codes at once.") % MOST_AT_ONCE})
    if not SHORTEST <= len(code) <= LONGEST or any(map(str.isspace, code)):
        said = _("Line %(line)s holds no code: a code has %(least)s to %(most)s characters and no spaces.")
        raise ValidationError({"codes": said % {"line": number, "least": SHORTEST, "most": LONGEST}})


def _new_code(pool: OfferPool) -> str:
    return pool.prefix + "".join(secrets.choice(ALPHABET) for _each in range(pool.code_length))
