"""Commands that serve: everything at once, or one kind of process for an installation over several hosts."""

from __future__ import annotations

import os
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from regard.cli.first_run import STORE, sign_in_hint
from regard.cli.installation import (
    PORT_FILE,
    attached,
    close_connections,
    migrate,
    read_config,
    require_migrated,
    set_up_django,
    use_server,
)
from regard.cli.made_up import FOLDER, MadeUp
from regard.cli.supervisor import (
    Child,
    demo_command,
    intake_command,
    pages_command,
    stop_on_signals,
    supervise,
    worker_command,
)
from regard.core import clock
from regard.core.config import Config, default_of
from regard.core.postgres import PostgresError, Server, ensure_alive, owned_server

READY_SECONDS = 60.0
RETRY_SECONDS = 5.0

port_option = click.option("--port", type=click.IntRange(1, 65534), help="Default: REGARD_PORT or 8000.")
host_option = click.option("--host", help="Default: REGARD_HOST or 127.0.0.1.")


def _settle(host: str | None, port: int | None) -> Config:
    """The configuration, with a command's options over the environment; processes started from here share it."""
    if host:
        os.environ["REGARD_HOST"] = host
    # Without --port the configured one counts, not the one that an earlier run was given.
    os.environ["REGARD_PORT"] = str(port or os.environ.get("REGARD_PORT") or default_of("REGARD_PORT"))
    clock.pin_setting()
    return read_config()


@click.command()
@port_option
@host_option
@click.option("--no-demo", is_flag=True, help="No made-up life in the store demo, as with REGARD_DEMO=off.")
def run(port: int | None, host: str | None, no_demo: bool) -> None:
    """Start everything: database, pages, intake and workers. Ctrl-C stops it.

    Pages listen on the port, intake and live streams on the next one. The first start makes a store, demo, and
    fills it with a year of made-up life in the background.
    """
    if no_demo:
        os.environ["REGARD_DEMO"] = "off"
    settings = _settle(host, port)
    for number in (settings.port, settings.intake_port):
        _require_free(settings.host, number)
    began = time.monotonic()
    try:
        with _database(settings) as look_after_database:
            set_up_django()
            migrate()
            _prepare_folders(settings)
            hint = sign_in_hint(settings)
            close_connections()
            stop = stop_on_signals()
            children = _children(settings)
            for child in children:
                child.start()
            (settings.data_folder / PORT_FILE).write_text(f"{settings.port}\n")
            if _await_ready(settings, children, stop):
                _say_where(settings, hint, time.monotonic() - began)
            children += _demo_children(settings)
            supervise(children, stop=stop, look_after_database=look_after_database)
            click.echo("Stopped.")
    except PostgresError as error:
        raise click.ClickException(str(error)) from error


class Watch:
    """Keeps the embedded server alive. While it cannot be started, on a full disk say, tries again and again."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._try_at = 0.0
        self._said = ""

    def look_after(self) -> None:
        if time.monotonic() < self._try_at:
            return
        try:
            self._server = ensure_alive(self._server)
            self._said = ""
        except PostgresError as error:
            self._try_at = time.monotonic() + RETRY_SECONDS
            if str(error) != self._said:
                self._said = str(error)
                click.echo(
                    f"The database is away; trying again every {RETRY_SECONDS:.0f} s. {error}", err=True
                )


@contextmanager
def _database(settings: Config) -> Iterator[Callable[[], None]]:
    """The database for as long as the context lasts; gives what looks after it."""
    if settings.database_url:
        yield lambda: None
        return
    with owned_server(settings.data_folder) as server:
        use_server(server)
        yield Watch(server).look_after


def _children(settings: Config) -> list[Child]:
    return [
        *(Child(f"worker {n + 1}", worker_command()) for n in range(settings.worker_processes)),
        Child(
            "intake",
            intake_command(
                host=settings.host, port=settings.intake_port, processes=settings.intake_processes
            ),
        ),
        Child(
            "pages",
            pages_command(host=settings.host, port=settings.port, processes=settings.page_processes),
        ),
    ]


def _demo_children(settings: Config) -> list[Child]:
    """What fills the store of the first start, and lets it live on."""
    notes = MadeUp(settings.data_folder, STORE)
    if settings.demo == "off" or not notes.is_begun or (settings.demo == "filled" and notes.is_filled):
        return []
    if not notes.is_filled:
        click.echo(
            "The demo store is being filled with a year of made-up life; that takes half a minute or so."
        )
    command = demo_command(STORE, is_live=settings.demo == "live")
    said_in = settings.data_folder / FOLDER / f"{STORE}.log"
    return [Child("made-up store", command, said_in=said_in, may_end=True)]


def _await_ready(settings: Config, children: list[Child], stop: threading.Event) -> bool:
    """Whether everything answers; False when somebody wants it to stop before it does."""
    deadline = time.monotonic() + READY_SECONDS
    for port in (settings.port, settings.intake_port):
        while not _answers(settings.host, port):
            if stop.is_set():
                return False
            for child in children:
                child.look_after()
            if time.monotonic() > deadline:
                for child in children:
                    child.ask_to_stop()
                raise click.ClickException(f"Port {port} does not answer; the messages above say why.")
            time.sleep(0.05)
    return True


def _answers(host: str, port: int) -> bool:
    address = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    try:
        # By this name the pages know themselves wherever they listen; the address may not be a public one.
        asked = urllib.request.Request(f"http://{address}:{port}/readyz", headers={"Host": "localhost"})
        with urllib.request.urlopen(asked, timeout=5) as reply:  # noqa: S310 - it is http
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _say_where(settings: Config, hint: str, seconds: float) -> None:
    click.echo(f"\nRegard is up after {seconds:.1f} s. Data: {settings.data_folder}\n")
    click.echo(f"  Pages and REST API   {settings.public_url}")
    click.echo(f"  Events and streams   {settings.intake_url}\n")
    if hint:
        click.echo(hint)
    click.echo("Ctrl-C stops it.")


def _require_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"Port {port} of {host} cannot be used ({error.strerror}). Choose another: regard run --port N "
                "takes N and N + 1."
            ) from error


def _prepare_folders(settings: Config) -> None:
    """Files of the pages, and the folders that hold personal data: whoever makes those first would open them."""
    from django.core.management import call_command  # noqa: PLC0415 - needs Django set up

    for name in ("imports", "outgoing-mail"):
        (settings.data_folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)


@click.command()
@port_option
@host_option
def web(port: int | None, host: str | None) -> None:
    """Serve pages and the REST API only."""
    settings = _settle(host, port)
    with attached():
        require_migrated()
        _prepare_folders(settings)
        close_connections()
        command = pages_command(host=settings.host, port=settings.port, processes=settings.page_processes)
        supervise([Child("pages", command)], stop=stop_on_signals(), look_after_database=lambda: None)


@click.command()
@port_option
@host_option
def intake(port: int | None, host: str | None) -> None:
    """Take events in and serve live streams only, on the port after --port."""
    settings = _settle(host, port)
    with attached():
        require_migrated()
        close_connections()
        command = intake_command(
            host=settings.host, port=settings.intake_port, processes=settings.intake_processes
        )
        supervise([Child("intake", command)], stop=stop_on_signals(), look_after_database=lambda: None)


@click.command()
def worker() -> None:
    """Run pipeline, jobs and sending only."""
    with attached():
        require_migrated()
        from regard.web.processes.start import start_logging  # noqa: PLC0415 - needs Django set up
        from regard.web.processes.worker import run_worker  # noqa: PLC0415

        start_logging()
        run_worker()
