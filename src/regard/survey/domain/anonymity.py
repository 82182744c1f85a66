"""What is done about anonymous surveys after they were answered."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F, Q

from regard.core import clock
from regard.survey.models import Invitation, InvitationState

# A run that was left out is made up for, and the day on which something was completed is that of the store.
BACK = timedelta(days=3)


def cut_ties() -> int:
    """Write the invitations that were answered lately anew, all at once; gives how many.

    PostgreSQL keeps with each row which transaction wrote it. An invitation is noted in the transaction that keeps
    the answer, since it is answered once; so until now the two could be laid side by side. One statement.
    """
    since = clock.now() - BACK
    answered = Q(state=InvitationState.COMPLETED, completed_at__gte=since) | Q(
        state=InvitationState.PARTIAL, expires_at__gte=since
    )
    # The definition of any version says it: once published it stays so.
    noted = Invitation.objects.filter(answered, survey__current__definition__anonymous=True)
    return noted.update(state=F("state"))
