"""SMS over the API of Twilio, or of whoever has the same."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from urllib.parse import quote, urlencode

from regard.connect.channels import (
    AddressRefused,
    MessageChannel,
    OutgoingMessage,
    PermanentFailure,
    Receipt,
)
from regard.connect.posting import post
from regard.core.config import Config

API = "https://api.twilio.com"
# That there is no such number, that it takes no messages, and that its owner answered STOP.
NO_NUMBER = re.compile(r'"code":\s*(21211|21614|21610)\b')
NEEDED = ("account_sid", "auth_token", "sender")


class TwilioChannel:
    """prefix: of numbers, by which Twilio knows another way than SMS. may_be_inside: as of webhooks."""

    def __init__(self, prefix: str = "", *, may_be_inside: bool = False) -> None:
        self._prefix = prefix
        self._may_be_inside = may_be_inside

    def send(self, message: OutgoingMessage) -> Receipt:
        """Hand it over: the plain text alone."""
        account = message.account
        if not all(account.get(name) for name in NEEDED):
            raise PermanentFailure("The store has set no account, token and sender for this channel.")
        sid = account["account_sid"]
        url = f"{account.get('api') or API}/2010-04-01/Accounts/{quote(sid, safe='')}/Messages.json"
        told = {
            "To": f"{self._prefix}{message.recipient}",
            "From": f"{self._prefix}{account['sender']}",
            "Body": message.body_text,
        }
        if message.status_url:
            told["StatusCallback"] = message.status_url
        key = b64encode(f"{sid}:{account['auth_token']}".encode()).decode()
        headers = {"Authorization": f"Basic {key}", "Content-Type": "application/x-www-form-urlencoded"}
        try:
            body = urlencode(told).encode()
            return post(url, body, headers, may_be_inside=self._may_be_inside)
        except PermanentFailure as failure:
            if NO_NUMBER.search(str(failure)):
                raise AddressRefused(str(failure)) from failure
            raise

    def forget(self, message_ids: Iterable[str]) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is kept open."""


def message_channel(settings: Config) -> tuple[str, MessageChannel]:
    return "sms", TwilioChannel(may_be_inside=settings.inside_addresses)
