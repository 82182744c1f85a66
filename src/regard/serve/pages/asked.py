"""What pages of a prompt begin with: which one it is, and where and when it appears, in a line."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.core.edges.pages import StoreRequest
from regard.serve.domain.queries import prompt_for_viewer
from regard.serve.models import Prompt, Trigger


def prompt_asked(request: StoreRequest, prompt_id: int) -> Prompt:
    """Raises Http404 for one that the store has not."""
    try:
        return prompt_for_viewer(request.store, prompt_id)
    except Prompt.DoesNotExist:
        raise Http404 from None


def where_and_when(prompt: Prompt) -> str:
    where = ", ".join(prompt.included[:3]) if prompt.included else _("all pages")
    if len(prompt.included) > 3:
        where += ", …"
    return _("%(when)s, on %(where)s") % {"when": _when(prompt), "where": where}


def _when(prompt: Prompt) -> str:
    amount = prompt.amount
    match prompt.trigger:
        case Trigger.SECONDS:
            return ngettext("After %d second", "After %d seconds", amount) % amount
        case Trigger.SCROLLED:
            return _("At %d %% of the page") % amount
        case Trigger.LEAVING:
            return _("When about to leave")
        case _other:
            return _("After %(event)s, %(times)d×") % {"event": prompt.event, "times": amount}
