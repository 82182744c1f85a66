"""What the audit log calls what was done, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

ACTIONS = {
    "address.allowed": _("Address: allowed"),
    "alert.assigned": _("Alert: assigned"),
    "alert.handled": _("Alert: handled"),
    "alert.reopened": _("Alert: reopened"),
    "alert.seen": _("Alert: seen"),
    "audit.exported": _("Audit: exported"),
    "consent.given": _("Consent: given"),
    "consent.withdrawn": _("Consent: withdrawn"),
    "customer.erased": _("Customer: erased"),
    "customer.note_changed": _("Customer: a note changed"),
    "customer.note_removed": _("Customer: a note removed"),
    "customer.note_restored": _("Customer: a note brought back"),
    "customer.note_written": _("Customer: a note written"),
    "customer.exported": _("Customer: exported"),
    "customers.exported": _("Customers: exported"),
    "customers.tagged": _("Customers: tagged"),
    "customers.untagged": _("Customers: untagged"),
    "expected_gap.changed": _("Expected gap: changed"),
    "identity.decision_undone": _("Identity: decision undone"),
    "identity.merged_by_hand": _("Identity: merged by hand"),
    "identity.parted_by_hand": _("Identity: parted by hand"),
    "import.broken_off": _("Import: broken off"),
    "import.finished": _("Import: finished"),
    "import.handed_over": _("Import: handed over"),
    "import.resumed": _("Import: resumed"),
    "import.started": _("Import: started"),
    "import.undo_started": _("Import: undo started"),
    "import.undone": _("Import: undone"),
    "invitation.withdrawn": _("Invitation: withdrawn"),
    "key.created": _("Key: created"),
    "key.revoked": _("Key: revoked"),
    "log.replayed": _("Log: replayed"),
    "member.added": _("Member: added"),
    "member.invited": _("Member: invited"),
    "member.removed": _("Member: removed"),
    "member.role_changed": _("Member: role changed"),
    "metric.baseline_chosen": _("Metric: baseline chosen"),
    "metric.definitions_chosen": _("Metric: definitions chosen"),
    "metric.rows_exported": _("Metric: rows exported"),
    "metric.target_reset": _("Metric: target reset"),
    "metric.target_set": _("Metric: target set"),
    "parked.all_replayed": _("Parked: all replayed"),
    "parked.replayed": _("Parked: replayed"),
    "rejected.discarded": _("Rejected: discarded"),
    "rejected.replayed": _("Rejected: replayed"),
    "rejected.restored": _("Rejected: restored"),
    "retention.changed": _("Retention: changed"),
    "segment.changed": _("Segment: changed"),
    "segment.created": _("Segment: created"),
    "segment.deleted": _("Segment: deleted"),
    "send.cancelled": _("Send: cancelled"),
    "send.retried": _("Send: retried"),
    "send.tried": _("Send: tried"),
    "sender.changed": _("Sender: changed"),
    "sending.resumed": _("Sending: resumed"),
    "sending.stopped": _("Sending: stopped"),
    "sends.retried": _("Sends: retried"),
    "source.created": _("Source: created"),
    "store.changed": _("Store: changed"),
    "store.created": _("Store: created"),
    "text.feeling_judged": _("Text: feeling judged"),
    "text.intent_forgotten": _("Text: intent forgotten"),
    "text.intent_judged": _("Text: intent judged"),
    "text.intent_taught": _("Text: intent taught"),
    "theme.hidden": _("Theme: hidden"),
    "theme.renamed": _("Theme: renamed"),
    "theme.shown": _("Theme: shown"),
    "user.joined": _("User: joined"),
    "user.renamed": _("User: renamed"),
    "user.second_step_forgotten": _("User: second step forgotten"),
    "write_key.created": _("Write key: created"),
    "write_key.revoked": _("Write key: revoked"),
}


def action_words(action: str) -> str:
    """An action of an earlier version, which has no words here, by its name: "key.lent" as "Key: lent"."""
    if action in ACTIONS:
        return gettext(ACTIONS[action])
    thing, _dot, done = action.replace("_", " ").partition(".")
    return f"{thing.capitalize()}: {done}"
