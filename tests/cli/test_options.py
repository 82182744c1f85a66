from __future__ import annotations

import pytest
from click.testing import CliRunner

from regard.cli.events import rejected, tail


@pytest.mark.parametrize("command", [tail, rejected])
@pytest.mark.parametrize("number", ["0", "-1"])
def test_the_last_events_are_at_least_one(command, number):
    """With none to begin with, a tail would begin at the log's very first."""
    result = CliRunner().invoke(command, ["--store", "acme", "--last", number])
    assert result.exit_code == 2
    assert "--last" in result.output
