"""`regard`, the operator's command."""

from regard.cli.main import main

__all__ = ["main"]
