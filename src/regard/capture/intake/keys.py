from __future__ import annotations

import time
from dataclasses import dataclass, field

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from regard.capture.intake.writer import Unavailable
from regard.core.edges.ratelimit import TokenBucket
from regard.core.secrets import hash_token

TRUSTED_SECONDS = 5.0  # how long a revoked key may still work, and a new one be unknown
REMEMBERED = 10_000  # unknown tokens; of known ones there are no more than keys
FIND = """
    SELECT source.store_id, source.id, write_key.events_per_second
    FROM capture_writekey write_key JOIN capture_source source ON source.id = write_key.source_id
    WHERE write_key.token_hash = %s AND write_key.revoked_at IS NULL
"""


@dataclass
class KnownKey:
    store_id: int
    source_id: int
    bucket: TokenBucket
    checked_at: float = field(default_factory=time.monotonic)


class WriteKeys:
    """Write keys by the hash of their token, remembered for a few seconds, each with its rate limit.

    The limit holds in each intake process by itself: every process allows its share of the key's rate.
    """

    def __init__(self, pool: AsyncConnectionPool, processes: int) -> None:
        self._pool = pool
        self._processes = processes
        self._known: dict[str, KnownKey] = {}
        self._unknown_at: dict[str, float] = {}

    async def find(self, token: str) -> KnownKey | None:
        """The key, or None when there is no living one. Raises Unavailable when the database is away."""
        digest = hash_token(token)  # of one length, whatever a stranger sends as a token
        known = self._known.get(digest)
        if known is not None and time.monotonic() - known.checked_at < TRUSTED_SECONDS:
            return known
        if time.monotonic() - self._unknown_at.get(digest, -TRUSTED_SECONDS) < TRUSTED_SECONDS:
            return None
        return self._remember(digest, known, await self._look_up(digest))

    async def _look_up(self, digest: str) -> tuple[int, int, int] | None:
        try:
            async with self._pool.connection(timeout=3) as connection:
                cursor = await connection.execute(FIND, (digest,))
                row: tuple[int, int, int] | None = await cursor.fetchone()
                return row
        except (psycopg.Error, PoolTimeout) as problem:
            raise Unavailable(f"the write key cannot be checked: {problem}") from problem

    def _remember(
        self, digest: str, before: KnownKey | None, row: tuple[int, int, int] | None
    ) -> KnownKey | None:
        if row is None:
            if len(self._unknown_at) >= REMEMBERED:  # somebody is guessing: forget rather than grow
                self._unknown_at.clear()
            self._known.pop(digest, None)
            self._unknown_at[digest] = time.monotonic()
            return None
        store_id, source_id, events_per_second = row
        rate = max(1.0, events_per_second / self._processes)
        bucket = before.bucket if before and before.bucket.rate == rate else TokenBucket(rate, 2 * rate)
        known = KnownKey(store_id, source_id, bucket)
        self._known[digest] = known
        return known
