from regard.grow.models.programme import MemberState, Programme, ProgrammeKind, ProgrammeMember
from regard.grow.models.session import Attendance, Decision, ProgrammeSession, SessionKind, Verdict

__all__ = [
    "Attendance",
    "Decision",
    "MemberState",
    "Programme",
    "ProgrammeKind",
    "ProgrammeMember",
    "ProgrammeSession",
    "SessionKind",
    "Verdict",
]
