"""A command's way to the installation: its configuration, its database, Django."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from regard.core.config import Config, ConfigError, config, load_config
from regard.core.postgres import PostgresError, Server, running_server

P = ParamSpec("P")
R = TypeVar("R")
ACTOR = "cli"
# Of options that name a moment gone by, see core.domain.moments.
DAY = "DAY|MOMENT"
A_DAY = "A day, such as 2026-01-31, is its end in the store's time zone; 2026-01-31T12:00 is a moment there."
_embedded = False  # whether this process uses the embedded database, whose only users are this program's


PORT_FILE = "port"  # where `regard run` notes the port it was given, for the links that commands print


def read_config() -> Config:
    """The configuration. Raises click.ClickException for a setting that cannot be used."""
    try:
        settings = load_config(os.environ)
        noted = settings.data_folder / PORT_FILE
        if os.environ.get("REGARD_PORT") or not noted.is_file():
            return settings
        return load_config(os.environ | {"REGARD_PORT": noted.read_text().strip()})
    except ConfigError as error:
        raise click.ClickException(str(error)) from error


def use_server(server: Server) -> None:
    """Let this process and those it starts use the embedded server."""
    global _embedded  # noqa: PLW0603 - a process has one database
    _embedded = True
    os.environ["DATABASE_URL"] = server.dsn
    config.cache_clear()


@contextmanager
def attached() -> Iterator[None]:
    """The database, started if need be, and Django on top of it."""
    settings = read_config()
    if settings.database_url:
        set_up_django()
        yield
        return
    try:
        with running_server(settings.data_folder) as server:
            use_server(server)
            set_up_django()
            yield
            close_connections()
    except PostgresError as error:
        raise click.ClickException(str(error)) from error


def set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regard.web.settings")
    import django  # noqa: PLC0415 - Django reads its settings, so the database must be known first

    django.setup()


def close_connections() -> None:
    from django.db import connections  # noqa: PLC0415 - see set_up_django

    for connection in connections.all():
        connection.close_pool()  # type: ignore[attr-defined]


def with_database(command: Callable[P, R]) -> Callable[P, R]:
    """Decorator of commands that need the database, migrated to this version of the program.

    What the domain refuses is shown as a plain message, and the exit status is 1.
    """

    @wraps(command)
    def attached_command(*args: P.args, **kwargs: P.kwargs) -> R:
        with attached():
            require_migrated()
            return _with_plain_errors(command, *args, **kwargs)

    return attached_command


def _with_plain_errors(command: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    from django.core.exceptions import ObjectDoesNotExist, ValidationError  # noqa: PLC0415 - see set_up_django

    try:
        return command(*args, **kwargs)
    except ValidationError as error:
        fields = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        lines = [f"{name}: {text}".removeprefix(": ") for name, texts in fields.items() for text in texts]
        raise click.ClickException("\n".join(lines)) from error
    except ObjectDoesNotExist as error:
        raise click.ClickException(str(error)) from error


def migrate() -> None:
    """Bring the database to this version of the program."""
    from django.core.management import call_command  # noqa: PLC0415 - see set_up_django

    call_command("migrate", interactive=False, verbosity=0)


def pending_migrations() -> list[str]:
    from django.db import connection  # noqa: PLC0415 - see set_up_django
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def require_migrated() -> None:
    """An embedded database is migrated on the way; one of the operator's own only when told to."""
    pending = pending_migrations()
    if not pending:
        return
    if _embedded:
        migrate()
        return
    raise click.ClickException(
        f"The database is {len(pending)} migrations behind this version. Back it up, then run `regard migrate`."
    )
