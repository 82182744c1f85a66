"""Which store is read next where several have a backlog."""

from __future__ import annotations

from regard.capture.domain.turns import TURN, Turns

LARGE, SMALL = 1, 2


def test_a_store_whose_batch_took_long_sits_out_until_the_other_has_had_as_much():
    turns = Turns()
    assert turns.seconds(LARGE) == TURN
    turns.took(LARGE, 10)
    given = 0.0
    while turns.seconds(LARGE) <= 0:
        given += turns.seconds(SMALL)
        turns.took(SMALL, TURN)

    assert given == 10 - TURN


def test_nobody_sits_out_when_nobody_else_reads():
    turns = Turns()
    turns.seconds(LARGE)
    turns.took(LARGE, 10)

    assert turns.forgive()
    assert turns.seconds(LARGE) == TURN
    assert not turns.forgive()


def test_who_waits_long_saves_nothing_up():
    turns = Turns()
    assert [turns.seconds(SMALL) for _round in range(3)] == [TURN] * 3
