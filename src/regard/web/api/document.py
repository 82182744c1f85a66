"""`python -m regard.web.api.document docs/openapi.json` writes the OpenAPI document of the REST API."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import django


def document_text() -> str:
    """The document as it is kept in the repository. Django must be set up."""
    from regard.web.api.mount import PREFIX, api  # noqa: PLC0415 - needs Django set up

    return json.dumps(api.get_openapi_schema(path_prefix=PREFIX), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regard.web.settings")
    django.setup()
    Path(sys.argv[1]).write_text(document_text())
