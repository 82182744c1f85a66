"""What is kept, and what is logged, of why a message did not leave."""

from __future__ import annotations

import re

from regard.connect.channels import PermanentFailure, TemporaryFailure

REPLY_CODE = re.compile(r"[245]\d\d\b")


def failure_in_words(failure: Exception) -> str:
    """What is kept with the message; a receiver's reply may quote the address."""
    is_told = isinstance(failure, PermanentFailure | TemporaryFailure)
    words = str(failure) if is_told else f"{type(failure).__name__}: {failure}"
    return words.replace("\x00", "")  # which the database does not keep


def cause_for_log(failure: Exception) -> str:
    """What may stand in a log, from which nobody is erased: the class, and the receiver's code if it gave one."""
    code = REPLY_CODE.match(str(failure))
    return f"{type(failure).__name__} {code.group()}" if code else type(failure).__name__
