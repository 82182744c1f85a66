"""What time it is for a customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from regard.core.domain.stores import time_zones
from regard.profile.domain.phones import read_country

NAMES = ("timezone", "time_zone", "timeZone")
# Countries whose people nearly all live by one clock; where there are several, the store's is as good a guess.
OF_COUNTRIES = {
    "AT": "Europe/Vienna", "BE": "Europe/Brussels", "CH": "Europe/Zurich", "CN": "Asia/Shanghai",
    "CZ": "Europe/Prague", "DE": "Europe/Berlin", "DK": "Europe/Copenhagen", "ES": "Europe/Madrid",
    "FI": "Europe/Helsinki", "FR": "Europe/Paris", "GB": "Europe/London", "GR": "Europe/Athens",
    "HR": "Europe/Zagreb", "HU": "Europe/Budapest", "IE": "Europe/Dublin", "IN": "Asia/Kolkata",
    "IT": "Europe/Rome", "JP": "Asia/Tokyo", "LI": "Europe/Vaduz", "LU": "Europe/Luxembourg",
    "NL": "Europe/Amsterdam", "NO": "Europe/Oslo", "NZ": "Pacific/Auckland", "PL": "Europe/Warsaw",
    "RO": "Europe/Bucharest", "SE": "Europe/Stockholm", "SG": "Asia/Singapore", "SI": "Europe/Ljubljana",
    "SK": "Europe/Bratislava", "TR": "Europe/Istanbul", "ZA": "Africa/Johannesburg",
}  # fmt: skip


def zone_of(attributes: Mapping[str, Any], *, otherwise: str) -> ZoneInfo:
    """By what a customer's attributes say: the zone, or else the country. otherwise: the store's."""
    for name in NAMES:
        value = attributes.get(name)
        if isinstance(value, str) and value in time_zones():
            return ZoneInfo(value)
    return ZoneInfo(OF_COUNTRIES.get(_country(attributes), otherwise))


def _country(attributes: Mapping[str, Any]) -> str:
    address = attributes.get("address")
    told = [attributes.get("country"), address.get("country") if isinstance(address, dict) else None]
    return next((code for value in told if isinstance(value, str) and (code := read_country(value))), "")
