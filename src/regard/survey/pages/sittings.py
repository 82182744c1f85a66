"""Which sitting a browser is at, where no invitation leads to the answers: at open links and in anonymous surveys.

Its id is drawn when the page is first shown, and stands in the form: a button that is pressed twice begins one
sitting. A cookie remembers it, or, of browsers that keep none, the address. It is encrypted, so that the addresses
that a proxy writes down lead from no invitation to an answer.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.http import HttpRequest, HttpResponse

from regard.core.secrets import decrypt, encrypt
from regard.survey.domain.answering.visits import Visit

FIELD, IN_ADDRESS = "sitting", "s"
REMEMBERED = timedelta(days=180)


def remembered_sitting(request: HttpRequest, token: str) -> UUID | None:
    """By the cookie, or by the address of a browser without."""
    return sitting_in_cookie(request, token) or _opened(request, request.GET.get(IN_ADDRESS, ""))


def sitting_in_cookie(request: HttpRequest, token: str) -> UUID | None:
    return _opened(request, request.COOKIES.get(_cookie(token), ""))


def sitting_in_form(request: HttpRequest) -> UUID | None:
    return _opened(request, request.POST.get(FIELD, ""))


def sealed_sitting(request: HttpRequest, visit: Visit) -> str:
    """As a form or an address says it, and of no use at another address; "" where an invitation says it."""
    return encrypt(f"{request.path} {visit.sitting}") if visit.sitting else ""


def remember_sitting(
    request: HttpRequest, response: HttpResponse, visit: Visit, token: str, *, is_framed: bool = False
) -> HttpResponse:
    """For long once something was answered; until then while the browser is open. In a frame of a shop no cookie
    is set: the addresses go on saying it."""
    if visit.sitting is not None and not is_framed:
        response.set_cookie(
            _cookie(token), sealed_sitting(request, visit), path=request.path, httponly=True, samesite="Lax",
            max_age=REMEMBERED if visit.submission else None, secure=request.is_secure(),
        )  # fmt: skip
    return response


def _opened(request: HttpRequest, told: str) -> UUID | None:
    try:
        path, _space, sitting = decrypt(told).rpartition(" ")
        return UUID(sitting) if path == request.path else None
    except (InvalidToken, ValueError):
        return None


def _cookie(token: str) -> str:
    return f"survey_{token[:40]}"
