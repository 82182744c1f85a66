"""What a first start leaves behind, also when it is broken off; and how it is known to be up."""

from __future__ import annotations

import os
import re
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from regard.cli.first_run import EMAIL, SIGN_IN_FILE, sign_in_hint
from regard.cli.processes import _answers
from regard.core.config import load_config
from regard.core.models import Member, User


@pytest.mark.django_db
def test_nobody_is_made_whose_password_could_not_be_written_down(tmp_path):
    settings = replace(load_config(os.environ), data_folder=tmp_path)
    (tmp_path / SIGN_IN_FILE).mkdir()  # as good as a full disk
    with pytest.raises(OSError, match=SIGN_IN_FILE):
        sign_in_hint(settings)
    assert not User.objects.exists()

    (tmp_path / SIGN_IN_FILE).rmdir()
    hint = sign_in_hint(settings)
    password = re.search(r"with the password +(\S+)", hint)
    assert password is not None
    assert User.objects.get(email=EMAIL).check_password(password[1])
    assert Member.objects.get().user.email == EMAIL
    assert (tmp_path / SIGN_IN_FILE).stat().st_mode & 0o777 == 0o600


class Pages(BaseHTTPRequestHandler):
    """Refuses all names but one that pages always go by, as Django does behind a public address."""

    def do_GET(self) -> None:
        self.send_response(200 if self.headers["Host"] == "localhost" else 400)
        self.end_headers()

    def log_message(self, *_what: object) -> None:
        """Nothing is logged."""


def test_pages_are_known_to_be_up_on_an_address_that_is_not_their_public_one():
    with HTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        assert _answers("127.0.0.1", server.server_port)
        thread.join(60)


def test_settings_that_are_shown_keep_their_secrets():
    secrets = {
        "DATABASE_URL": "postgresql://u:hidden-1@h/d", "REGARD_SECRET_KEY": "hidden-2",
        "REGARD_SMTP_URL": "smtp://u:hidden-3@h:587",
    }  # fmt: skip
    assert "hidden" not in repr(load_config(secrets))
