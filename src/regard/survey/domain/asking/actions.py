"""What journeys may do with surveys: ask one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from regard.core.languages import page_language
from regard.core.models import Store
from regard.core.registry import Action, ActionCall, ActionOutcome, ActionParameter, actions
from regard.survey.domain.asking.inviting import ask_surveys
from regard.survey.domain.asking.messages import survey_values
from regard.survey.domain.asking.reasons import why_in_words
from regard.survey.domain.asking.wishes import Asked, Wish
from regard.survey.models import Survey, SurveyState

CHANNELS = {
    "email": gettext_noop("E-mail"),
    "sms": gettext_noop("SMS"),
    "link": gettext_noop("A link for a message of your own"),
}
SURVEY = ActionParameter(
    "survey", gettext_noop("Which survey"), required=True,
    help=gettext_noop("The short name of a survey, as it stands on the page Surveys."),
)  # fmt: skip
CHANNEL = ActionParameter("channel", gettext_noop("Through what"), "choice", choices=CHANNELS)
TEMPLATE = ActionParameter(
    "template", gettext_noop("Message"),
    help=gettext_noop("A template's short name. Empty: the usual one, with the first question in it."),
)  # fmt: skip
ORDER = ActionParameter("order", gettext_noop("About which order"))
PRODUCT = ActionParameter("product", gettext_noop("About which product"))
TICKET = ActionParameter("ticket", gettext_noop("About which ticket"))
EXAMPLE: Mapping[str, Any] = {
    "url": "https://example.com/q/EXAMPLE/", "question": "", "title": "", "choices": [], "lowest": "",
    "highest": "",
}  # fmt: skip


def register_actions() -> None:
    """Fill the registry; once, at start-up."""
    parameters = (SURVEY, CHANNEL, ORDER, PRODUCT, TICKET, TEMPLATE)
    actions.add(
        "survey", Action("survey", gettext_noop("Ask a survey"), parameters, ask, check_survey, EXAMPLE)
    )


def ask(store: Store, calls: Sequence[ActionCall]) -> Sequence[ActionOutcome]:
    """Ask each customer; `values` are what a message of the journey's own may say of it."""
    if not calls:
        return []
    with translation.override(page_language(store.language)):
        asked = ask_surveys(store, [_wish(call) for call in calls])
        whom = {call.key: call.customer_id for call in calls}
        linked = [key for key, one in asked.items() if one.is_asked and one.invitation.channel == "link"]
        told = [(asked[key].invitation, whom[key], asked[key].definition) for key in linked]
        values = dict(zip(linked, survey_values(store, told), strict=True)) if told else {}
        return [_outcome(call, asked.get(call.key), values.get(call.key, {})) for call in calls]


def check_survey(store: Store, parameters: Mapping[str, Any]) -> list[str]:
    """What is wrong with the name of the survey, in words."""
    named, channel = _text(parameters, SURVEY), _text(parameters, CHANNEL)
    if channel and channel not in CHANNELS:
        return [_("“Through what” is one of: %s.") % ", ".join(CHANNELS)]
    if not named:
        return [_("Name a survey.")]
    survey = Survey.objects.filter(store=store, key=named).first()
    if survey is None:
        return [_("There is no survey “%s”. The page Surveys names them.") % named]
    return [] if survey.state == SurveyState.LIVE else [_("The survey “%s” is not live.") % named]


def _wish(call: ActionCall) -> Wish:
    return Wish(
        key=call.key,
        origin=call.origin,
        identity_id=call.identity_id,
        customer_id=call.customer_id,
        survey=_text(call.parameters, SURVEY),
        channel=_text(call.parameters, CHANNEL) or "email",
        order_id=_text(call.parameters, ORDER),
        product_id=_text(call.parameters, PRODUCT),
        about="ticket" if _text(call.parameters, TICKET) else "",
        about_id=_text(call.parameters, TICKET),
        template=_text(call.parameters, TEMPLATE),
    )


def _text(parameters: Mapping[str, Any], parameter: ActionParameter) -> str:
    """The value of a parameter; "" for what could not be filled in."""
    value = str(parameters.get(parameter.name) or "").strip()
    return "" if "{{" in value else value


def _outcome(call: ActionCall, asked: Asked | None, values: Mapping[str, Any]) -> ActionOutcome:
    name = _text(call.parameters, SURVEY)
    if asked is None:
        return ActionOutcome(_("There is no survey “%s”.") % name, is_done=False)
    if not asked.is_asked:
        why = why_in_words(asked.invitation.why)
        return ActionOutcome(
            _("Not asked “%(survey)s”: %(why)s") % {"survey": asked.survey.name, "why": why}, is_done=False
        )
    told = {**values, "url": asked.url, "invitation_id": asked.invitation.pk}
    return ActionOutcome(_("Asked the survey “%s”.") % asked.survey.name, told)
