"""From where a request comes, as far as that can be told."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from django.http import HttpRequest

from regard.core.config import config

HOUSEHOLD = 64  # bits of an IPv6 address; the rest whoever has it may choose


def network_of(request: HttpRequest) -> str:
    """The address of the caller, of IPv6 the network of their household; "" where it is none of the internet:
    then it is a proxy that REGARD_PROXIES does not count, and everybody would be one caller."""
    told = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    proxies = config().proxies
    seen = told[-proxies] if 0 < proxies <= len(told) else ""
    try:
        address = ip_address((seen or request.META.get("REMOTE_ADDR", "")).strip())
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if not address.is_global:
        return ""
    if isinstance(address, IPv6Address):
        return str(int(address) >> (128 - HOUSEHOLD))
    return str(address)
