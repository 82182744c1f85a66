"""Errors as `application/problem+json` (RFC 9457): which error of the code is which problem of the API."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig
from django.core.exceptions import ValidationError as DomainInvalid
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Schema
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as RequestInvalid

from regard.core.edges.keyset import CursorInvalid

log = logging.getLogger("regard.api")

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 2


class FieldError(Schema):
    """What is wrong with one value of the request."""

    field: str = Field(
        description="The field or parameter; empty when it is the request as a whole.", examples=["email"]
    )
    message: str = Field(description="What is wrong, and what to send instead.")


class ProblemDetails(Schema):
    """An error, after RFC 9457."""

    type: str = Field(description="Always `about:blank`: the status says what kind of problem it is.")
    title: str = Field(description="The name of the status.", examples=["Unprocessable Entity"])
    status: int = Field(description="The status of the response.", examples=[422])
    detail: str = Field(description="What happened, and what to do.")
    errors: list[FieldError] = Field(
        default_factory=list, description="By field, where values were not accepted; else left out."
    )


class Problem(Exception):
    """An error that the caller of the API is told of.

    errors: (field, message) of every value that is not accepted.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: list[tuple[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail
        self.errors, self.headers = errors or [], headers or {}


def problem_response(problem: Problem) -> HttpResponse:
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.errors:
        content["errors"] = [{"field": field, "message": message} for field, message in problem.errors]
    return HttpResponse(
        json.dumps(content), status=problem.status, content_type=MEDIA_TYPE, headers=dict(problem.headers)
    )


def problem_of(error: Exception) -> Problem:  # noqa: PLR0911 - a table
    """The problem that an error of the code is to the caller; others are logged, and it says little."""
    match error:
        case Problem():
            return error
        case RequestInvalid() | DomainInvalid() | CursorInvalid() | DataError():
            return _not_accepted(error)
        case Http404() | ObjectDoesNotExist():
            return Problem(404, _("There is no such thing in this store."))
        case IntegrityError():
            return Problem(
                409, _("Somebody changed the same thing at this moment. Read it anew and try again.")
            )
        case RequestDataTooBig():
            return Problem(413, _("The body is too large. Send less at once."))
        case HttpError():
            return _refused(error)
        case _:
            return _failed(error)


def _failed(error: Exception) -> Problem:
    if isinstance(error, (OperationalError, InterfaceError)):
        log.warning("the database does not answer: %s", error)
        said = _("The database does not answer right now. Try again in a moment.")
        return Problem(503, said, headers={"Retry-After": str(RETRY_SECONDS)})
    log.error("unforeseen", exc_info=error)
    return Problem(500, _("Something went wrong here. The log of this installation says what."))


def _refused(error: HttpError) -> Problem:
    if isinstance(error, AuthenticationError):
        return Problem(
            401,
            _("The API key is missing, unknown or revoked. Send it as “Authorization: Bearer rk_…”."),
            headers={"WWW-Authenticate": "Bearer"},
        )
    if error.status_code == HTTPStatus.BAD_REQUEST:
        return Problem(400, _("The body is not JSON in UTF-8: %s") % (error.__cause__ or error))
    return Problem(error.status_code, str(error))


def _not_accepted(error: RequestInvalid | DomainInvalid | CursorInvalid | DataError) -> Problem:
    match error:
        case RequestInvalid():
            errors = [(_field_of(item["loc"]), _said_of(item)) for item in error.errors]
        case DomainInvalid():
            errors = _domain_errors(error)
        case CursorInvalid():
            errors = [("cursor", str(error))]
        case _:
            log.warning("the database refused a value: %s", error)
            errors = [("", _("A value cannot be stored as it is."))]
    said = "; ".join(f"{field}: {message}" if field else message for field, message in errors)
    return Problem(422, said, errors=errors)


def _said_of(item: Mapping[str, Any]) -> str:
    """What the parser says; of days and moments it names no remedy."""
    kind = str(item["type"])
    if kind.startswith("date_"):
        return _("This is no day; write it like 2026-01-31.")
    if kind.startswith(("datetime_", "timezone_")):
        return _("This is no moment; write it with its time zone, like 2026-01-31T12:00:00Z.")
    return str(item["msg"])


def _field_of(place: tuple[str | int, ...]) -> str:
    """The field's path: places are (source, name, ...), and bodies have the parameter's name in between."""
    source, *path = place
    inner = path[1:] if source == "body" else path
    return ".".join(str(part) for part in inner) or str(source)


def _domain_errors(error: DomainInvalid) -> list[tuple[str, str]]:
    if not hasattr(error, "error_dict"):
        return [("", message) for message in error.messages]
    return [
        ("" if field == "__all__" else field, message)
        for field, messages in error.message_dict.items()
        for message in messages
    ]
