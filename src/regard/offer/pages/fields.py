"""Fields of forms for money, in the major unit of the store's currency."""

from __future__ import annotations

from typing import Any

from django import forms

from regard.core.money import minor_digits, to_major, to_minor


class MoneyField(forms.DecimalField):
    """An amount that is cleaned to minor units; empty: none. The form tells it the currency."""

    currency = ""

    def __init__(self, **told: Any) -> None:
        """told: such as label and help_text."""
        super().__init__(required=False, min_value=0, **told)

    def use(self, currency: str) -> None:
        """Take amounts in this currency."""
        self.currency = currency
        self.widget.attrs["step"] = "any"

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        return None if amount is None else to_minor(amount, self.currency)

    def prepare_value(self, value: Any) -> Any:
        """What stands in the field of an amount in minor units; what was typed stays as it was."""
        if isinstance(value, int):
            return f"{to_major(value, self.currency):.{minor_digits(self.currency)}f}"
        return value


def use_currency(form: forms.Form, currency: str) -> None:
    """Tell the money fields of a form the currency."""
    for field in form.fields.values():
        if isinstance(field, MoneyField):
            field.use(currency)
