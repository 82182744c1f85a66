"""What a developer copies to send a source's first events."""

from __future__ import annotations

from regard.core.config import config


def snippet_tag(token: str) -> str:
    """The tag for the head of a shop's pages."""
    return (
        f'<script async src="{config().intake_url}/regard.js" data-write-key="{token}" '
        'data-consent="ask"></script>'
    )


def curl_call(token: str) -> str:
    """A command that sends one event from a terminal."""
    return (
        f"curl {config().intake_url}/v1/track -u {token}: \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        """  -d '{"userId": "1001", "event": "Order Completed",\n"""
        """       "properties": {"order_id": "A-1", "total": 49.90,\n"""
        """                      "currency": "EUR"}}'"""
    )
