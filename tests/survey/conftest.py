from __future__ import annotations

import pytest
from django.test import Client

from regard.core.domain.members import add_member
from regard.core.models import Store, User


@pytest.fixture
def owner(store: Store) -> Client:
    """A browser of who owns the store, signed in."""
    user = User.objects.create_user("ana@acme.example")
    add_member(store=store, user=user, role="owner", actor="tests")
    client = Client()
    client.force_login(user)
    return client
