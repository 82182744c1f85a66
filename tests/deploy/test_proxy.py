"""deploy/nginx.conf as it stands, but for names, ports and folders, before a real installation."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT, free_ports, wait_until
from tests.crash.installation import RunningInstallation, running_installation

OWNER = "owner@example.com"
FRAME = """
{user} daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/bodies; proxy_temp_path {folder}/proxied;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/regard.conf;
}}
"""


@dataclass
class Site:
    """An installation and the one address under which a proxy shows it."""

    url: str
    installation: RunningInstallation


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("needs nginx")
    port = free_ports()
    url = f"http://localhost:{port}"
    settings = {"REGARD_PUBLIC_URL": url, "REGARD_INTAKE_URL": url, "REGARD_PROXIES": "1"}
    with running_installation(**settings) as installation:
        folder = tmp_path_factory.mktemp("nginx")
        user = "user root;" if os.geteuid() == 0 else ""  # who alone may enter the folder
        (folder / "nginx.conf").write_text(FRAME.format(folder=folder, user=user))
        (folder / "regard.conf").write_text(our_conf(port, installation.port))
        with nginx(program, folder, url):
            yield Site(url, installation)


def our_conf(port: int, pages: int) -> str:
    replaced = {
        "127.0.0.1:8000": f"127.0.0.1:{pages}",
        "127.0.0.1:8001": f"127.0.0.1:{pages + 1}",
        "listen 80;": f"listen 127.0.0.1:{port};",
        "server_name regard.example.com;": "server_name localhost;",
    }
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    for written, meant in replaced.items():
        assert written in text
        text = text.replace(written, meant)
    return text


@contextmanager
def nginx(program: str, folder: Path, url: str) -> Iterator[None]:
    process = subprocess.Popen(
        [program, "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf"]
    )
    try:
        wait_until(lambda: process.poll() is not None or answers(url))
        assert process.poll() is None, (folder / "error.log").read_text()
        yield
    finally:
        process.terminate()
        process.wait(60)


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz").status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture
def browser(site: Site) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.url, follow_redirects=True, timeout=60) as client:
        yield client


def sign_in(browser: httpx.Client, password: str, email: str = OWNER) -> httpx.Response:
    form = browser.get("/account/login/").text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    assert token is not None
    fields = {"csrfmiddlewaretoken": token[1], "login": email, "password": password}
    return browser.post("/account/login/", data=fields, headers={"Origin": str(browser.base_url).rstrip("/")})


def password_of(site: Site) -> str:
    return (site.installation.folder / "first-sign-in.txt").read_text()


@pytest.fixture
def member(site: Site, browser: httpx.Client) -> httpx.Client:
    sign_in(browser, password_of(site))
    return browser


def write_key(site: Site) -> str:
    return site.installation.regard("key", "create", "--store", "demo", "--kind", "write")


def test_pages_and_their_files_come_through(member: httpx.Client):
    page = member.get("/")
    assert (page.status_code, page.url.path) == (200, "/s/demo/")
    styles = re.findall(r'href="(/static/[^"]+\.css)"', page.text)
    assert styles
    assert {member.get(style).status_code for style in styles} == {200}


def test_events_and_the_snippet_come_through(site: Site, browser: httpx.Client):
    key = write_key(site)
    event = {"userId": "u1", "event": "Tested", "properties": {"text": "x" * 30_000}}
    batch = {"batch": [event | {"type": "track", "messageId": str(n)} for n in range(15)]}
    assert browser.post("/v1/track", json=event, auth=(key, "")).json() == {"success": True}
    assert browser.post("/v1/batch", json=batch, auth=(key, "")).json() == {"success": True}
    assert site.installation.regard("events", "count", "--store", "demo", "--name", "Tested") == "16"
    assert browser.get("/regard.js").headers["content-type"] == "text/javascript; charset=utf-8"


def test_live_events_come_through_at_once(site: Site, member: httpx.Client):
    key = write_key(site)
    stream = member.get("/s/demo/events/live-pass/").json()["url"]
    assert stream.startswith(f"{site.url}/live/events?")
    with member.stream("GET", stream, timeout=60) as live:
        lines = live.iter_lines()
        assert next(lines) == "retry: 2000"
        member.post("/v1/track", json={"userId": "u1", "event": "Seen Live"}, auth=(key, ""))
        assert any("Seen Live" in line for line in lines)


def test_links_that_leave_regard_lead_through_the_proxy(site: Site):
    link = site.installation.regard(
        "member", "invite", "ann@example.com", "--role", "agent", "--store", "demo"
    )
    assert link.startswith(f"{site.url}/invitations/")
    assert httpx.get(link, timeout=60).status_code == 200


def test_who_guesses_passwords_shuts_nobody_else_out(site: Site):
    elsewhere = httpx.HTTPTransport(local_address="127.0.0.2")
    with httpx.Client(base_url=site.url, transport=elsewhere, follow_redirects=True, timeout=60) as guesser:
        guesser.headers["X-Forwarded-For"] = "127.0.0.1"  # a lie that the proxy must not pass on
        said = [sign_in(guesser, "a guess", f"nobody{n}@example.com").text for n in range(12)]
    assert "Too many failed login attempts" in said[-1]
    with httpx.Client(base_url=site.url, follow_redirects=True, timeout=60) as honest:
        assert sign_in(honest, password_of(site)).url.path == "/s/demo/"


def test_folders_with_personal_data_are_private(site: Site):
    open_to_others = {
        folder.name for folder in site.installation.folder.iterdir()
        if folder.is_dir() and folder.stat().st_mode & 0o077
    }  # fmt: skip
    assert open_to_others == {"static"}
