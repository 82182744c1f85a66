"""A browser that is signed in, for the tests of pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from regard.core.domain.members import add_member
from regard.core.models import Store, User

expect.set_options(timeout=60_000)  # milliseconds: a slow machine passes too
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Any) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Playwright runs an event loop in this thread; Django would take the tests for asynchronous code.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        path = shutil.which("chromium")
        if path is None:
            pytest.skip("needs Debian's chromium")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def open_page(chromium: Browser, live_server: Any, store: Store, **options: Any) -> Page:
    """A page whose browser is signed in as the store's owner; `complaints` collects what its console says."""
    person = User.objects.create_user("ana@acme.example", "correct horse battery", name="Ana Lindqvist")
    add_member(store=store, user=person, role="owner", actor="tests")
    client = Client()
    client.force_login(person)
    context: BrowserContext = chromium.new_context(**options)
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    return context.new_page()


def complaints_of(page: Page) -> list[str]:
    """What the console says of violated policies and failed scripts, from now on."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "Policy" in message.text else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said
