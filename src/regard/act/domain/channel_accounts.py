"""The accounts by which a store reaches people on channels other than e-mail."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regard.act.models import ChannelAccount, PostedAlerts
from regard.core.domain.audit import record_audit
from regard.core.models import Store
from regard.core.secrets import decrypt, encrypt

TWILIO = ("account_sid", "auth_token", "sender")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "webhook": ("url", "secret"),
    "slack": ("url",),
    "sms": TWILIO,
    "whatsapp": TWILIO,
    "push": ("url", "secret"),
}
SHORTEST_SECRET = 16
TEAM_CHANNELS = (
    "slack",
)  # that the store's own people read, all of them the same; the recipient is its name


def channels_set_up(store: Store) -> list[str]:
    """The channels that the store has an account for. One query."""
    return sorted(ChannelAccount.objects.filter(store=store).values_list("channel", flat=True))


def reaching_channels(store: Store) -> list[str]:
    """Those by which messages leave: e-mail, which needs no account, and what is set up. One query."""
    return sorted({"email", *channels_set_up(store)})


def account_of(store: Store, channel: str) -> dict[str, str]:
    """{} for none. One query, and none for channels without accounts."""
    if channel not in FIELDS:
        return {}
    row = ChannelAccount.objects.filter(store=store, channel=channel).first()
    told: dict[str, str] = json.loads(decrypt(row.values)) if row else {}
    return told


def posted_alerts(store: Store) -> dict[str, PostedAlerts]:
    """Which alerts are posted to each channel of the team's that is set up. One query."""
    rows = ChannelAccount.objects.filter(store=store, channel__in=TEAM_CHANNELS).order_by("channel")
    return {channel: PostedAlerts(alerts) for channel, alerts in rows.values_list("channel", "alerts")}


@transaction.atomic
def set_posted_alerts(store: Store, *, channel: str, alerts: PostedAlerts, actor: str) -> bool:
    """False when the store has no account of this channel, or the channel is none of the team's."""
    theirs = ChannelAccount.objects.filter(store=store, channel=channel, channel__in=TEAM_CHANNELS)
    if not theirs.update(alerts=alerts):
        return False
    action = "channel.alerts_chosen"
    record_audit(store=store, actor=actor, action=action, target=channel, alerts=alerts.value)
    return True


@transaction.atomic
def set_account(store: Store, *, channel: str, values: Mapping[str, str], actor: str) -> None:
    """Set by what the store reaches people on a channel; the audit log gets no value.

    Raises django.core.exceptions.ValidationError, by field.
    """
    told = {name: values.get(name, "").strip() for name in FIELDS[channel]}
    _check(told)
    kept = {"values": encrypt(json.dumps(told))}
    ChannelAccount.objects.update_or_create(store=store, channel=channel, defaults=kept)
    record_audit(store=store, actor=actor, action="channel.set_up", target=channel)


@transaction.atomic
def remove_account(store: Store, *, channel: str, actor: str) -> bool:
    """False when there was none; what is queued on the channel fails then."""
    gone = ChannelAccount.objects.filter(store=store, channel=channel).delete()[0]
    if gone:
        record_audit(store=store, actor=actor, action="channel.removed", target=channel)
    return bool(gone)


def _check(told: Mapping[str, str]) -> None:
    for name, value in told.items():
        if not value or not value.isprintable():
            raise ValidationError({name: _("Give all that the channel needs.")})
    if "url" in told and (urlsplit(told["url"]).scheme != "https" or not urlsplit(told["url"]).hostname):
        raise ValidationError({"url": _("Give an address that begins with https://.")})
    if len(told.get("secret", "x" * SHORTEST_SECRET)) < SHORTEST_SECRET:
        raise ValidationError({"secret": _("Give a secret of at least %d characters.") % SHORTEST_SECRET})
