"""Values within scripts and the script tags of pages."""

from __future__ import annotations

import json
from typing import Any

# What would end a script tag, or begin a comment in it, written so that JSON reads the same.
ENDING = "<>&\u2028\u2029"
IN_SCRIPTS = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in ENDING})


def script_safe(told: Any) -> str:
    """JSON that nothing in it can break out of a script tag with."""
    return json.dumps(told, ensure_ascii=False).translate(IN_SCRIPTS)
