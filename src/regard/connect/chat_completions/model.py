"""Language models behind the chat-completions interface over HTTP, which many servers speak, also local ones."""

from __future__ import annotations

import http.client
import json
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

from regard.connect.language_models import LanguageModelFailed
from regard.connect.outside import NoRedirects

THIS_HOST = ("localhost", "127.0.0.1", "::1")
MOST_BYTES = 1_000_000  # of an answer


@dataclass(frozen=True)
class ChatCompletions:
    """A model at `address`, such as https://models.example.com/v1. seconds: for one answer, at the most.

    Raises ValueError for an address or a key that cannot be used.
    """

    address: str
    name: str
    key: str = field(default="", repr=False)
    seconds: float = 20.0

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        if not parts.hostname or parts.username or parts.query or parts.fragment:
            raise ValueError("Give the model's address as https://host/path, without a user, ? or #.")
        if parts.scheme != "https" and not (parts.scheme == "http" and self._is_here):
            raise ValueError(
                "The model's address must begin with https://; http:// is for this machine only."
            )
        if not (self.key.isascii() and self.key.isprintable()):
            raise ValueError("The model's key holds a character that no key has; look for a line break.")

    @property
    def _is_here(self) -> bool:
        return urlsplit(self.address).hostname in THIS_HOST

    def answer(self, system: str, text: str, schema: Mapping[str, Any]) -> str:
        """As LanguageModel says it; one attempt, no redirects."""
        until = time.monotonic() + self.seconds
        try:
            with self._opener().open(self._request(system, text, schema), timeout=self.seconds) as response:
                return _content(_read(response, until))
        except HTTPError as error:
            error.close()
            raise LanguageModelFailed(f"The model's server answered {error.code}.") from None
        except (OSError, http.client.HTTPException) as error:
            raise LanguageModelFailed(f"The model cannot be reached ({type(error).__name__}).") from None

    def _opener(self) -> urllib.request.OpenerDirector:
        """A proxy of the environment is for what is outside."""
        proxies = urllib.request.ProxyHandler({} if self._is_here else None)
        return urllib.request.build_opener(NoRedirects, proxies)

    def _request(self, system: str, text: str, schema: Mapping[str, Any]) -> urllib.request.Request:
        asked = {
            "model": self.name,
            "temperature": 0,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": text}],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": schema},
            },
        }
        headers = {"Content-Type": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        url = self.address.rstrip("/") + "/chat/completions"
        return urllib.request.Request(url, json.dumps(asked).encode(), headers)  # noqa: S310 - checked above


def _read(response: http.client.HTTPResponse, until: float) -> bytes:
    """The whole body. A server that sends a byte now and then never runs into the time-out of the socket."""
    body = b""
    while piece := response.read1(65536):
        body += piece
        if len(body) > MOST_BYTES or time.monotonic() > until:
            raise LanguageModelFailed("The model's answer is too long or too slow.")
    return body


def _content(body: bytes) -> str:
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        content = None
    if not isinstance(content, str):
        raise LanguageModelFailed("The model's server answered in another form than chat completions.")
    return content
