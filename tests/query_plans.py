"""How PostgreSQL would answer a statement, for tests that say which index a page is read along.

Statistics outlive the test that gathered them (`ANALYZE` writes the size of a table at once, rolled back or
not), so a test names what must hold of the tables it filled itself, and nothing of those it only joins.
"""

from __future__ import annotations

from django.db import connection


def plan_of(statement: str, values: object = None) -> str:
    """The lines of the plan, without costs. The statement is not run."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (COSTS OFF) {statement}", values)
        return "\n".join(line for (line,) in cursor.fetchall())


def sorts_of(plan: str, table: str) -> list[str]:
    """The sorts in a plan that order the rows of this table: what an index should have spared."""
    return [line.strip() for line in plan.splitlines() if "Sort Key:" in line and table in line]
