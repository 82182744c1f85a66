"""A real IMAP server (Dovecot) with a mailbox, for as long as a test needs it."""

from __future__ import annotations

import getpass
import imaplib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import free_ports, wait_until

DOVECOT = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
IMAP = Path("/usr/lib/dovecot/imap")
SETTINGS = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
mail_uid = {owner}
mail_gid = {owner_group}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


class ImapServer:
    """Anybody may sign in, with the password `secret`, and has a mailbox of their own then."""

    def __init__(self, port: int) -> None:
        self.port = port

    def url(self, user: str = "returns") -> str:
        return f"imap://{user}:secret@127.0.0.1:{self.port}/INBOX?tls=none"

    @contextmanager
    def signed_in(self, user: str = "returns") -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.port) as client:
            client.login(user, "secret")
            client.select("INBOX")
            yield client

    def deliver(self, raw: bytes, user: str = "returns") -> None:
        with self.signed_in(user) as client:
            assert client.append("INBOX", "", "", raw)[0] == "OK"  # type: ignore[arg-type]

    def count(self, criterion: str, user: str = "returns") -> int:
        with self.signed_in(user) as client:
            return len(client.search(None, criterion)[1][0].split())

    def mark(self, flag: str, *, on: bool, user: str = "returns") -> None:
        """Of all mails."""
        with self.signed_in(user) as client:
            client.store("1:*", "+FLAGS" if on else "-FLAGS", flag)


def answers(port: int) -> bool:
    try:
        with imaplib.IMAP4("127.0.0.1", port):
            return True
    except (OSError, imaplib.IMAP4.error):
        return False


@contextmanager
def running_imap_server() -> Iterator[ImapServer]:
    if DOVECOT is None or not IMAP.exists():
        pytest.skip("dovecot with imap is not installed")
    folder = Path(tempfile.mkdtemp(prefix="regard-imap-"))
    folder.chmod(0o755)
    (folder / "mail").mkdir(mode=0o777)
    (folder / "mail").chmod(0o777)
    server = ImapServer(free_ports())
    (folder / "conf").write_text(SETTINGS.format(folder=folder, port=server.port, **_users()))
    process = subprocess.Popen([DOVECOT, "-F", "-c", str(folder / "conf")], stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: process.poll() is not None or answers(server.port), seconds=30)
        assert process.poll() is None, (folder / "log").read_text()
        yield server
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _users() -> dict[str, str]:
    """As root, Dovecot gives up its rights to users of its own; else all of it is us."""
    if os.geteuid() == 0:
        return {"internal": "dovecot", "login": "dovenull", "group": "dovecot", "owner": "nobody",
                "owner_group": "nogroup"}  # fmt: skip
    me = getpass.getuser()
    group = str(os.getegid())
    return {"internal": me, "login": me, "group": group, "owner": me, "owner_group": group}
