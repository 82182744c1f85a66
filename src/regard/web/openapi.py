"""`python -m regard.web.openapi` prints the OpenAPI document of the REST API, for docs/openapi.json."""

from __future__ import annotations

import json
import os
import sys

import django


def document_text() -> str:
    """The document, fit to be compared line by line. Django must be set up."""
    from regard.web.api.mount import PREFIX, api  # noqa: PLC0415 - needs Django set up

    return json.dumps(api.get_openapi_schema(path_prefix=PREFIX), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regard.web.settings")
    django.setup()
    sys.stdout.write(document_text())
