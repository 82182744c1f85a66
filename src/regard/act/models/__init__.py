from regard.act.models.alert import Alert, AlertKind, AlertLevel, AlertOccurrence, AlertState
from regard.act.models.send import Send, SendingSwitch, SendState

__all__ = [
    "Alert", "AlertKind", "AlertLevel", "AlertOccurrence", "AlertState", "Send", "SendState", "SendingSwitch",
]  # fmt: skip
