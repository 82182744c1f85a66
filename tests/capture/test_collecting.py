"""Collecting of circles is left as it was found, however blocks without it lie in each other."""

from __future__ import annotations

import gc

import pytest

from regard.capture.domain.collecting import no_collecting


@pytest.mark.parametrize("is_on", [True, False])
def test_collecting_goes_on_as_it_was_when_the_last_block_ends(is_on):
    was_on = gc.isenabled()
    try:
        (gc.enable if is_on else gc.disable)()
        first, second = no_collecting(), no_collecting()
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)  # as another thread's may end before
        assert not gc.isenabled()
        second.__exit__(None, None, None)
        assert gc.isenabled() == is_on
    finally:
        (gc.enable if was_on else gc.disable)()
