from __future__ import annotations

import pytest

from regard.text.personal import is_card, is_iban, masked


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Hi Anna,\nwhere is order 5567?", "Hi [name],\nwhere is order 5567?"),
        ("Please call +49 30 901820 today", "Please call [phone] today"),
        ("my number is (212) 555-2368", "my number is [phone]"),
        ("write to ann.lee@example.com", "write to [email]"),
        ("card 4111 1111 1111 1111 was charged", "card [card] was charged"),
        ("order 4111 1111 1111 1112", "order 4111 1111 1111 1112"),
        ("IBAN DE89 3704 0044 0532 0130 00", "IBAN [iban]"),
        ("send it to 12 Oak Street", "send it to [address]"),
        ("Lieferung an Hauptstraße 12", "Lieferung an [address]"),
        ("vivo en Calle Mayor 5", "vivo en [address]"),
        ("Thanks,\nMary Jones", "Thanks,\n[name]"),
        ("Mit freundlichen Grüßen\nKlaus Müller", "Mit freundlichen Grüßen\n[name]"),
        ("my name is Anna Smith and I am angry", "my name is [name] and I am angry"),
        ("je m'appelle Zoé Martin", "je m'appelle [name]"),
        ("order #10023 of 2026-03-01, 19.99 EUR", "order #10023 of 2026-03-01, 19.99 EUR"),
        ("Hi there, thanks", "Hi there, thanks"),
        ("", ""),
    ],
)
def test_masking(text: str, safe: str):
    assert masked(text) == safe


def test_check_digits():
    assert [is_card(each) for each in ("4111111111111111", "4111111111111112", "0000000000000000")] == [
        True,
        False,
        False,
    ]
    assert [is_iban(each) for each in ("GB82WEST12345698765432", "GB82WEST12345698765431")] == [True, False]
