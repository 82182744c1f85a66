"""What can be made of what customers said, as pages offer it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from regard.core.domain.permissions import role_allows
from regard.core.edges.pages import StoreRequest
from regard.core.registry import feedback_actions


@dataclass(frozen=True)
class ShownAction:
    """Something to make of a text or theme; its id is to follow `url`, after `text=` or `theme=`."""

    label: str
    url: str
    icon: str


def actions_for(request: StoreRequest) -> list[ShownAction]:
    """What the reader may make of texts and themes, as the rooms above offer it."""
    return [
        ShownAction(_(each.label), reverse(each.url_name, args=[request.store.slug]) + "?", each.icon)
        for each in feedback_actions
        if role_allows(request.member.role, each.permission)
    ]
