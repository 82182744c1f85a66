from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from regard.core.domain.members import add_member
from regard.core.models import Store, User
from regard.web.jobs import send_account_mail


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Any) -> None:
    """Hashed names come from a manifest that is written when Regard starts; these tests start nothing."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture(autouse=True)
def _fast_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    """A page leaves its language to the thread until the next one is asked for, which may be another test's."""
    yield
    translation.deactivate()


def send_account_mails() -> None:
    """What a worker does with the e-mails about accounts that pages have queued."""
    jobs = ProcrastinateJob.objects.filter(task_name="web.send_account_mail").order_by("id")
    for values in jobs.values_list("args", flat=True):
        send_account_mail(**values)


@pytest.fixture
def make_person(db: None) -> Callable[..., User]:
    """Somebody who can sign in with the password "correct horse battery", and their role in a store."""

    def make(email: str, store: Store | None = None, role: str = "owner") -> User:
        person = User.objects.create_user(email, "correct horse battery")
        if store is not None:
            add_member(store=store, user=person, role=role, actor="tests")
        return person

    return make


@pytest.fixture
def signed_in(make_person: Callable[..., User]) -> Callable[..., Client]:
    """A browser of a new person, signed in."""

    def sign_in(store: Store | None = None, role: str = "owner", email: str = "") -> Client:
        browser = Client()
        browser.force_login(make_person(email or f"{role}@acme.example", store, role))
        return browser

    return sign_in


@pytest.fixture
def owner(store: Store, signed_in: Callable[..., Client]) -> Client:
    return signed_in(store)


@pytest.fixture
def base(store: Store) -> str:
    return f"/s/{store.slug}"
