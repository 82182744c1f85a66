from regard.act.models.alert import (
    AFTER_WAKING,
    Alert,
    AlertKind,
    AlertLevel,
    AlertOccurrence,
    AlertResolution,
    AlertState,
    Evaluation,
    HighValueLine,
)
from regard.act.models.burst import AlertBurst, GatheredAlert
from regard.act.models.channel_account import ChannelAccount, PostedAlerts
from regard.act.models.digest import Digest, DigestPeriod
from regard.act.models.preference import ContactPreference
from regard.act.models.reply import Reply
from regard.act.models.send import REFUSABLE, Purpose, Send, SendingSwitch, SendState
from regard.act.models.sending_hold import SendingHold
from regard.act.models.sending_rules import SendingRules
from regard.act.models.suppressed_address import SuppressedAddress

__all__ = [
    "AFTER_WAKING", "REFUSABLE",
    "Alert", "AlertBurst", "AlertKind", "AlertLevel", "AlertOccurrence", "AlertResolution", "AlertState",
    "ChannelAccount", "ContactPreference", "Digest", "DigestPeriod", "Evaluation", "GatheredAlert",
    "HighValueLine", "PostedAlerts", "Purpose", "Reply", "Send", "SendState", "SendingHold", "SendingRules",
    "SendingSwitch", "SuppressedAddress",
]  # fmt: skip
