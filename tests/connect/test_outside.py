"""Addresses that people type in lead outside, once checked, and nothing of theirs takes for ever."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from regard.connect import posting
from regard.connect.channels import PermanentFailure, TemporaryFailure, is_refusal
from regard.connect.outside import is_outside
from regard.connect.posting import post
from tests.connect.http import answering


@pytest.mark.parametrize(
    ("address", "outside"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("::ffff:93.184.216.34", True),
        ("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False),
        ("::1", False), ("::", False), ("fe80::1%eth0", False), ("fd00::1", False),
        ("::ffff:127.0.0.1", False), ("64:ff9b::7f00:1", False), ("64:ff9b::5db8:d822", True),
        ("2002:7f00:1::", False),
    ],
)  # fmt: skip
def test_what_is_outside(address, outside):
    assert is_outside(address) is outside


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0x7f.1"])
def test_nothing_inside_is_reached_by_any_spelling(host):
    with answering((200, {}, b"ok")) as server:
        with pytest.raises(PermanentFailure, match="REGARD_INSIDE_ADDRESSES"):
            post(f"http://{host}:{server.server_port}/", b"{}", {})
        assert server.taken == []


def test_a_name_is_looked_up_once_and_what_it_said_is_connected_to(monkeypatch):
    """The name says something of the outside first, and this host ever after."""
    asked = []
    found = socket.getaddrinfo

    def lookup(host, port, *told, **named):
        if host != "turns.example":
            return found(host, port, *told, **named)
        asked.append(host)
        first = "203.0.113.7" if len(asked) > 1 else "93.184.216.34"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (first, port))]

    reached = []

    def connect(self, place):
        reached.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(TemporaryFailure):
        post("https://turns.example/in", b"{}", {})
    assert (asked, reached) == (["turns.example"], [("93.184.216.34", 443)])


def test_no_proxy_of_the_environment_is_asked_for_the_outside(monkeypatch):
    with answering((200, {}, b"ok")) as server:
        monkeypatch.setenv("http_proxy", server.url)
        with pytest.raises(PermanentFailure, match="REGARD_INSIDE_ADDRESSES"):
            post("http://127.0.0.2/", b"{}", {})
        assert server.taken == []


@pytest.mark.parametrize(
    "begins", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 500 No\r\nContent-Length: 900\r\n\r\n"]
)
def test_a_receiver_that_drips_is_cut_off(monkeypatch, begins):
    """Each byte comes in time, and all of them never."""
    monkeypatch.setattr(posting, "SECONDS", 0.6)
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip():
            taken, _where = server.accept()
            with taken:
                taken.sendall(begins)
                while not stop.wait(0.1):
                    try:
                        taken.sendall(b"X")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        before = time.monotonic()
        with pytest.raises(TemporaryFailure):
            post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {}, may_be_inside=True)
        took = time.monotonic() - before
        stop.set()
        thread.join()
    assert 0.5 <= took < 3


def test_a_refusal_is_told_from_what_passes():
    assert [code for code in (200, 302, 400, 401, 404, 410, 422, 429, 500) if is_refusal(code)] == [
        400,
        410,
        422,
    ]
