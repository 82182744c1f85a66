from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from regard.core.domain.keys import create_api_key
from regard.core.domain.permissions import PERMISSIONS
from regard.core.edges import api
from regard.core.edges.ratelimit import RateLimits
from regard.core.models import Store

BASE = "/api/v1"


@pytest.fixture(autouse=True)
def _no_rate_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    unlimited = RateLimits(rate=1_000_000, burst=1_000_000)
    monkeypatch.setattr(api, "rate_limits", lambda: unlimited)


class Caller:
    """A program that uses the API with one key, or with none."""

    def __init__(self, token: str | None) -> None:
        self.token = token
        self._client = Client()

    def send(self, method: str, path: str, body: bytes) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self._client.generic(
            method, f"{BASE}{path}", body, content_type="application/json", headers=headers
        )

    def call(self, method: str, path: str, body: Any = None) -> Any:
        return self.send(method, path, b"" if body is None else json.dumps(body).encode())

    def upload(self, path: str, form: dict[str, Any]) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self._client.post(f"{BASE}{path}", form, headers=headers)

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def post(self, path: str, body: Any = None) -> Any:
        return self.call("POST", path, body)


@pytest.fixture
def caller_of(db: None) -> Callable[..., Caller]:
    """A caller for a store; with all scopes unless some are named."""

    def make(store: Store, *scopes: str, name: str = "ERP") -> Caller:
        _, token = create_api_key(store=store, name=name, scopes=scopes or sorted(PERMISSIONS), actor="tests")
        return Caller(token)

    return make


@pytest.fixture
def caller(store: Store, caller_of: Callable[..., Caller]) -> Caller:
    return caller_of(store)
