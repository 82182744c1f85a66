"""What this room tells the log. What members say stands in the rows."""

from __future__ import annotations

from regard.core.registry import Fact, fact


class MemberFact(Fact, frozen=True, kw_only=True):
    """What became of a customer in a programme.

    kind: of the programme; actor: who said so, "customer" by the link.
    """

    programme_id: int
    programme: str
    kind: str
    customer_id: int
    actor: str


@fact
class ProgrammeInvited(MemberFact, frozen=True, kw_only=True):
    """A customer was asked to take part in a programme. channel: "email", or "person" where somebody asked."""

    channel: str


@fact
class ProgrammeAccepted(MemberFact, frozen=True, kw_only=True):
    """A customer takes part in a programme from now on."""


@fact
class ProgrammeDeclined(MemberFact, frozen=True, kw_only=True):
    """A customer does not want to take part in a programme."""


@fact
class ProgrammeLeft(MemberFact, frozen=True, kw_only=True):
    """A customer takes part no more."""


@fact
class ProgrammeAttended(MemberFact, frozen=True, kw_only=True):
    """A customer was at a meeting or did a test. satisfaction: 1 to 5, None where they did not say."""

    session_id: int
    satisfaction: int | None
