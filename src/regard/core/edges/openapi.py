"""The OpenAPI document: what every operation shares is said once, here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.operation import Operation

from regard.core.edges.problems import MEDIA_TYPE, ProblemDetails

SHARED = {
    400: ("Unreadable", "The body is no JSON in UTF-8."),
    401: ("Unauthorized", "The API key is missing, unknown or revoked."),
    403: ("Forbidden", "The API key lacks the scope that the operation needs; the detail names it."),
    404: ("NotFound", "There is no such thing in the store of the API key."),
    409: ("Conflict", "Somebody else changed the same thing at the same moment."),
    413: ("TooLarge", "The body is larger than 2.5 MB."),
    422: (
        "NotAccepted",
        "Values were not accepted; `errors` names each field, and says what to send instead.",
    ),
    429: ("TooMany", "The API key has made more requests than it may; `Retry-After` says when to go on."),
    503: ("Unavailable", "The database does not answer; `Retry-After` says when to try again."),
}
WITH_RETRY_AFTER = (429, 503)
RATE_HEADERS = {
    "RateLimit-Limit": "How many requests the key may make at once.",
    "RateLimit-Remaining": "How many of them are left.",
    "RateLimit-Reset": "Seconds until all of them are there again.",
}


class Document(OpenAPISchema):
    """The document of a RestApi: adds the errors that an operation can answer with, and its scope."""

    def responses(self, operation: Operation) -> dict[int, dict[str, Any]]:
        own = super().responses(operation)
        for details in own.values():
            details["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in RATE_HEADERS}
        shared = {
            status: {"$ref": f"#/components/responses/{SHARED[status][0]}"}
            for status in _errors_of(operation)
        }
        return {**own, **shared}

    def operation_parameters(self, operation: Operation) -> list[dict[str, Any]]:
        """Examples stay in the schemas: ninja copies them to where OpenAPI has another form for them."""
        parameters = super().operation_parameters(operation)
        return [{name: said for name, said in each.items() if name != "examples"} for each in parameters]

    def operation_security(self, operation: Operation) -> list[dict[str, Any]] | None:
        """The scope stands where OpenAPI 3.1 has the roles that an operation needs."""
        security = super().operation_security(operation)
        scopes = [
            callback.permission for callback in operation.auth_callbacks if hasattr(callback, "permission")
        ]
        return [dict.fromkeys(scheme, scopes) for scheme in security] if security else security

    def get_components(self) -> dict[str, Any]:
        self.add_schema_definitions(_definitions())
        return {
            **super().get_components(),
            "responses": {name: _response(status, text) for status, (name, text) in SHARED.items()},
            "headers": {
                name: {"description": text, "schema": {"type": "integer"}}
                for name, text in RATE_HEADERS.items()
            },
        }


BY_QUERY = {"get_scores_of_subject"}  # operations that name a thing in their query


def _errors_of(operation: Operation) -> Iterator[int]:
    sources = {model.__ninja_param_source__ for model in operation.models}
    with_body = bool(sources & {"body", "form", "file"})
    if with_body:
        yield 400
    yield from (401, 403)
    if "path" in sources or operation.operation_id in BY_QUERY:
        yield 404
    if operation.methods != ["GET"]:
        yield 409
    if with_body:
        yield 413
    yield from (422, 429, 503)


def _response(status: int, text: str) -> dict[str, Any]:
    schema = {"$ref": REF_TEMPLATE.format(model=ProblemDetails.__name__)}
    response: dict[str, Any] = {"description": text, "content": {MEDIA_TYPE: {"schema": schema}}}
    if status in WITH_RETRY_AFTER:
        response["headers"] = {
            "Retry-After": {
                "description": "Seconds to wait.",
                "schema": {"type": "integer"},
                "required": True,
            }
        }
    return response


def _definitions() -> dict[str, Any]:
    schema = ProblemDetails.model_json_schema(ref_template=REF_TEMPLATE)
    return {**schema.pop("$defs"), ProblemDetails.__name__: schema}
