"""Names of the program's that pages show as words (the filter `spoken`), in one place for translators."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

IMPORT_KINDS = (
    _("customers"),
    _("orders"),
    _("order lines"),
    _("shipments"),
    _("products"),
    _("reviews"),
    _("answers"),
    _("tickets"),
    _("mentions"),
)
# What is held of a customer.
HELD = (
    _("alerts"),
    _("attributes"),
    _("changes"),
    _("checks"),
    _("consents"),
    _("events"),
    _("identities"),
    _("links"),
    _("messages"),
    _("notes"),
    _("reasons"),
    _("scores"),
    _("segments"),
    _("suppressed addresses"),
    _("tags"),
    _("traces"),
)
INTENTS = (_("daily digest"), _("weekly digest"))
# Fields and details of the audit log.
AUDITED = (
    _("added"),
    _("channel"),
    _("colour"),
    _("count"),
    _("country"),
    _("currency"),
    _("days"),
    _("event retention months"),
    _("examples"),
    _("facts"),
    _("file"),
    _("kind"),
    _("language"),
    _("month"),
    _("name"),
    _("note"),
    _("only"),
    _("owner"),
    _("passed"),
    _("read"),
    _("repeated"),
    _("reply to"),
    _("right"),
    _("role"),
    _("rows"),
    _("scopes"),
    _("sender name"),
    _("target"),
    _("text"),
    _("time zone"),
    _("told"),
    _("value"),
)
