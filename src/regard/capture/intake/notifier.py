from __future__ import annotations

import asyncio
import logging

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from regard.capture.domain.log import NOTIFY

log = logging.getLogger("regard.intake")

PAUSE = 0.03  # seconds; a notification takes a lock that all of the database shares, so busy stores share one


class Notifier:
    """Tells pipeline and live streams which stores have new events. Those look by themselves now and then, so a
    lost notification only costs time."""

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool
        self._stores: set[int] = set()
        self._wake = asyncio.Event()

    def add(self, stores: set[int]) -> None:
        self._stores |= stores
        self._wake.set()

    async def run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            stores, self._stores = self._stores, set()
            try:
                async with self._pool.connection(timeout=5) as connection:
                    for store_id in stores:
                        await connection.execute(NOTIFY, (str(store_id),))
            except (psycopg.Error, PoolTimeout) as problem:
                log.warning("could not notify of new events: %s", problem)
            await asyncio.sleep(PAUSE)
