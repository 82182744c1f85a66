from __future__ import annotations

from regard.act.domain.outbox import NewSend, queue_sends
from regard.act.models import Send
from regard.core.models import Store


def queue_send(store: Store, new: NewSend) -> Send:
    """Queue one message; gives its row, which may be an earlier one."""
    queue_sends(store, [new])
    return Send.objects.get(
        store=store, channel=new.channel, recipient=new.recipient, intent=new.intent, instance=new.instance
    )
