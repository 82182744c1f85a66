"""What the operations of the REST API share: keys and scopes, rate limits, pages, errors, the document.

A room's `api` module makes a Router of this module's and declares its operations with `auth=requires("…")`; web
mounts it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache, wraps
from typing import Annotated, Any, Generic, TypeVar

import msgspec
import ninja
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext as _
from ninja import Field, NinjaAPI, Schema
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.security import HttpBearer
from pydantic import AfterValidator, AwareDatetime, ConfigDict
from pydantic_core import PydanticCustomError

from regard.core.config import config
from regard.core.domain.keys import find_api_key
from regard.core.domain.permissions import PERMISSIONS
from regard.core.edges.keyset import KeysetPage, keyset_page
from regard.core.edges.openapi import Document
from regard.core.edges.problems import Problem, problem_of, problem_response
from regard.core.edges.ratelimit import Allowance, RateLimits
from regard.core.models import ApiKey, Store

T = TypeVar("T")
M = TypeVar("M", bound=Model)
LARGEST_ID = 2**63 - 1
MOST_ROWS = 200
BURST_SECONDS = 2


class ApiRequest(HttpRequest):
    """A request that `requires` has let pass."""

    auth: ApiKey
    allowance: Allowance


def store_of(request: ApiRequest) -> Store:
    return request.auth.store


def actor_of(request: ApiRequest) -> str:
    """Who the audit log says it was."""
    return f"key:{request.auth.name}"


@cache
def rate_limits() -> RateLimits:
    """The limits of this process: each process allows its share of a key's rate."""
    rate = config().api_rate / config().page_processes
    return RateLimits(rate=rate, burst=BURST_SECONDS * rate)


class ApiKeyAuth(HttpBearer):
    """Lets requests pass that carry an API key with the permission among its scopes, within its rate."""

    def __init__(self, permission: str) -> None:
        super().__init__()
        if permission not in PERMISSIONS:
            raise KeyError(f"there is no permission {permission!r}")
        self.permission = permission

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        key = find_api_key(token)
        if key is None:
            return None
        allowance = rate_limits().take(key.pk)
        request.allowance = allowance  # type: ignore[attr-defined]
        if allowance.wait:
            raise Problem(
                429,
                _("This API key makes more requests than it may. Go on after the time in Retry-After."),
                headers={"Retry-After": str(math.ceil(allowance.wait))},
            )
        if self.permission not in key.scopes:
            raise Problem(
                403, _("The API key lacks the scope “%s”. Use a key that has it.") % self.permission
            )
        return key


def requires(permission: str) -> ApiKeyAuth:
    """The `auth` of an operation. Raises KeyError for a permission that does not exist."""
    return ApiKeyAuth(permission)


def _refuse_nul(text: str) -> str:
    if "\0" in text:
        raise PydanticCustomError("nul", _("A NUL character cannot be stored; leave it out."))
    return text


def _in_utc(moment: datetime) -> datetime:
    """PostgreSQL knows fewer zones than ISO 8601 does."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("moment", _("This time is beyond the calendar.")) from None


# What is said of a parameter that core.domain.moments reads.
AS_OF = (
    "A day gone by, which means its end in the store's time zone, or a moment. Nothing later has a part in what "
    "is told."
)
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Text = Annotated[str, AfterValidator(_refuse_nul), Field(json_schema_extra={"pattern": r"^[^\u0000]*$"})]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class Input(Schema):
    """What a body holds. A field that is not known is refused, so that no slip of the pen goes unseen."""

    model_config = ConfigDict(extra="forbid")


class PageQuery(Schema):
    limit: int = Field(50, ge=1, le=MOST_ROWS, description="How many items to give at most.")
    cursor: Text = Field("", description="The `next` of the page before; empty for the first page.")


class Page(Schema, Generic[T]):
    """Some items of a list, and the way to those after them."""

    items: list[T]
    next: str | None = Field(description="The `cursor` of the page that follows; null at the end.")


def page_of(queryset: QuerySet[M], query: PageQuery, *, order: Sequence[str] = ("-id",)) -> dict[str, Any]:
    """What a list operation answers with; see keyset_page. Raises CursorInvalid."""
    return answer_page(keyset_page(queryset, order=order, cursor=query.cursor, limit=query.limit))


def answer_page(page: KeysetPage[M]) -> dict[str, Any]:
    """A page that the domain has cut, in the form of `Page`."""
    return {"items": page.rows, "next": page.next_cursor or None}


class StrictParser(Parser):
    """Takes what is JSON, and neither NaN nor half a character."""

    def parse_body(self, request: HttpRequest) -> Any:
        return msgspec.json.decode(request.body)


class JsonRenderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> Any:  # noqa: ARG002 - ninja's
        return json.dumps(data, default=_plain, ensure_ascii=False, allow_nan=False).encode()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


View = Callable[..., HttpResponseBase]


class Router(ninja.Router):
    """A room's operations, each of which refuses parameters that it does not know."""

    def add_api_operation(
        self, path: str, methods: list[str], view_func: Callable[..., Any], **options: Any
    ) -> None:
        super().add_api_operation(path, methods, view_func, **options)
        operation = self.path_operations[path].operations[-1]
        operation.view_func = _refuse_unknown(operation)


def _refuse_unknown(operation: Operation) -> Callable[..., Any]:
    """What the operation does, unless the address has a parameter that it does not know."""
    perform = operation.view_func
    queries = [model for model in operation.models if model.__ninja_param_source__ == "query"]
    known = sorted({name for model in queries for name in model.__ninja_flatten_map__})

    @wraps(perform)
    def performed(request: HttpRequest, *args: Any, **values: Any) -> Any:
        if unknown := sorted(request.GET.keys() - set(known)):
            raise _unknown_parameters(unknown, known)
        return perform(request, *args, **values)

    return performed


def _unknown_parameters(unknown: list[str], known: list[str]) -> Problem:
    if known:
        said = _("There is no such parameter here. Known are: %s.") % ", ".join(known)
    else:
        said = _("There is no such parameter here; this operation takes none.")
    return Problem(
        422, "; ".join(f"{name}: {said}" for name in unknown), errors=[(name, said) for name in unknown]
    )


class RestApi(NinjaAPI):
    """A NinjaAPI whose errors are problems, all of them, and whose document says so."""

    def __init__(self, **options: Any) -> None:
        super().__init__(parser=StrictParser(), renderer=JsonRenderer(), **options)

    def on_exception(self, request: HttpRequest, exc: Any) -> Any:  # noqa: ARG002 - ninja's signature
        return problem_response(problem_of(exc))

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> Document:
        return Document(self, self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)

    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        patterns, app_name, namespace = super().urls
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = _finish(pattern.callback)
        return patterns, app_name, namespace


def _finish(view: View) -> View:
    """The view with its rate headers, a refused method said as a problem, and HEAD answered as GET is."""

    @wraps(view)
    def finished(request: HttpRequest, *args: Any, **values: Any) -> HttpResponseBase:
        is_head = request.method == "HEAD"
        if is_head:
            request.method = "GET"
        try:
            response = view(request, *args, **values)
        except Exception as error:  # noqa: BLE001 - what is raised before an operation runs
            response = problem_response(problem_of(error))
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response.headers["Allow"]
            said = _("This address does not take %(method)s; use %(allowed)s.")
            response = problem_response(
                Problem(
                    405, said % {"method": request.method, "allowed": allowed}, headers={"Allow": allowed}
                )
            )
        allowance: Allowance | None = getattr(request, "allowance", None)
        if allowance is not None:
            response.headers["RateLimit-Limit"] = str(allowance.limit)
            response.headers["RateLimit-Remaining"] = str(allowance.remaining)
            response.headers["RateLimit-Reset"] = str(allowance.reset)
        if is_head:
            _drop_body(response)
        return response

    return finished


def _drop_body(response: HttpResponseBase) -> None:
    """Leave the headers as they are with the body."""
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = ()
    elif isinstance(response, HttpResponse):
        response.headers.setdefault("Content-Length", str(len(response.content)))
        response.content = b""


def no_such_address(request: HttpRequest) -> HttpResponseBase:
    """The view of every other address of the API."""
    return problem_response(
        Problem(404, _("There is nothing at %s. See openapi.json for what there is.") % request.path)
    )
