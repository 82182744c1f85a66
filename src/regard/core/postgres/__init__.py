"""The embedded PostgreSQL: started from the binaries of a wheel, kept in one data folder, safe to kill.

Nothing here imports Django, so that a command can start the database before Django is set up.
"""

from regard.core.postgres.backup import dump, restore
from regard.core.postgres.errors import DataFolderInUse, PostgresError
from regard.core.postgres.layout import default_data_folder
from regard.core.postgres.usage import Server, ensure_alive, owned_server, running_server

__all__ = [
    "DataFolderInUse",
    "PostgresError",
    "Server",
    "default_data_folder",
    "dump",
    "ensure_alive",
    "owned_server",
    "restore",
    "running_server",
]
