"""An amount of money as it is typed."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import click


class Money(click.ParamType[Decimal]):
    """A number of the store's currency, such as 12.50."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        if isinstance(value, Decimal):
            return value
        try:
            amount = Decimal(value)
        except InvalidOperation:
            self.fail(f"{value} is no amount; write it like 12.50.", param, ctx)
        if not amount.is_finite() or amount < 0:
            self.fail(f"{value} is no amount of money; it must be 0 or more.", param, ctx)
        return amount


MONEY = Money()
