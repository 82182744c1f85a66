from __future__ import annotations

import os
import subprocess
import sys

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


def test_a_setting_that_cannot_be_used_is_told_in_a_sentence(tmp_path):
    environment = os.environ | {"REGARD_SMTP_URL": "nonsense", "REGARD_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "regard", "check"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: REGARD_SMTP_URL")
    assert "Traceback" not in done.stderr
