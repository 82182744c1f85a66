"""A new installation gets a store and an owner, so that somebody can sign in at once."""

from __future__ import annotations

import secrets

from regard.cli.made_up import CUSTOMERS, SEED, MadeUp
from regard.core import clock
from regard.core.config import Config

SIGN_IN_FILE = "first-sign-in.txt"
EMAIL = "owner@example.com"
STORE = "demo"


def sign_in_hint(settings: Config) -> str:
    """How to sign in for the first time, until the password that was made has been changed. Needs Django."""
    from regard.core.models import Store, User  # noqa: PLC0415 - needs Django set up

    path = settings.data_folder / SIGN_IN_FILE
    if not User.objects.exists():
        password = secrets.token_urlsafe(9)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(password)  # first: an owner whose password was lost in a kill could never sign in
        if settings.demo != "off" and not Store.objects.exists():
            MadeUp(settings.data_folder, STORE).begin(clock.now(), customers=CUSTOMERS, seed=SEED)
        _make_owner(password)
    if not path.exists():
        return ""
    password = path.read_text().strip()
    owner = User.objects.filter(email=EMAIL).first()
    if owner is None or not owner.check_password(password):
        path.unlink()
        return ""
    return f"  Sign in as           {EMAIL}\n  with the password    {password}   (change it under Account)\n"


def _make_owner(password: str) -> None:
    """The account and its store, or neither."""
    from django.db import transaction  # noqa: PLC0415 - needs Django set up

    from regard.core.domain.members import add_member  # noqa: PLC0415
    from regard.core.domain.stores import create_store  # noqa: PLC0415
    from regard.core.models import Store, User  # noqa: PLC0415
    from regard.core.models.member import Role  # noqa: PLC0415

    with transaction.atomic():
        owner = User.objects.create_user(EMAIL, password, name="Owner")
        store = Store.objects.order_by("pk").first()
        if store is None:
            create_store(slug=STORE, name="Demo store", currency="EUR", owner=owner, actor="system")
        else:
            add_member(store=store, user=owner, role=Role.OWNER, actor="system")
