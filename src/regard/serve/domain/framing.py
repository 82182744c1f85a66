"""Where surveys may stand in a frame: at the store's own sites, while a prompt that is on shows them."""

from __future__ import annotations

from regard.serve.models import Prompt, ShopWindow
from regard.survey.models import Survey


def sites_showing(survey: Survey) -> list[str]:
    """Two queries at the most."""
    shown = Prompt.objects.filter(store=survey.store_id, survey=survey.pk, is_on=True)
    if not shown.exists():
        return []
    window = ShopWindow.objects.filter(store=survey.store_id).first()
    return list(window.sites) if window else []
