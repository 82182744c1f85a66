"""On whose pages a survey may stand in a frame: those that a room above shows it on, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.core import signing

from regard.core.registry import Registry
from regard.survey.models import Survey

# By room: the origins, such as https://shop.example, on which it shows a survey by its open link.
Framer = Callable[[Survey], Sequence[str]]
framers: Registry[Framer] = Registry("framer of surveys")

PREVIEW = "preview"
SALT = "regard.survey.preview"
PREVIEWED_SECONDS = 3_600


def sites_framing(survey: Survey) -> list[str]:
    return sorted({site for sites_of in framers for site in sites_of(survey)})


def preview_pass(survey: Survey) -> str:
    """For an hour the survey may be looked at in a frame of Regard, which has no origin and sends no form."""
    return signing.dumps(survey.pk, salt=SALT)


def is_preview(survey: Survey, told: str) -> bool:
    try:
        return bool(signing.loads(told, salt=SALT, max_age=PREVIEWED_SECONDS) == survey.pk)
    except signing.BadSignature:
        return False
