from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, QuerySet


class IsOneOf(Func):
    """A filter: the field is one of what the query brings, which runs once and first.

    A join, or IN with a query, is planned by statistics, which say "no rows" of a table that was vacuumed before
    its first rows were committed: then all of one table is read for each row of the other.
    """

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, field: str, brought: QuerySet[Any, Any]) -> None:
        super().__init__(F(field), ArraySubquery(brought))
