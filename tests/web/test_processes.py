"""A process of an installation never outlives the one that started it."""

from __future__ import annotations

import os
import subprocess
import sys

CHILD = """
import sys
from regard.web.processes.start import die_with_parent

die_with_parent(int(sys.argv[1]))
print("lives")
"""


def child_of(parent: int) -> subprocess.CompletedProcess[str]:
    """A child that expects `parent` to be its parent."""
    return subprocess.run(
        [sys.executable, "-c", CHILD, str(parent)], capture_output=True, text=True, check=False
    )


def test_a_child_whose_parent_is_gone_already_ends_at_once():
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    orphan = child_of(gone.pid)
    assert (orphan.returncode, orphan.stdout) == (1, "")


def test_a_child_whose_parent_lives_goes_on():
    child = child_of(os.getpid())
    assert (child.returncode, child.stdout) == (0, "lives\n")
