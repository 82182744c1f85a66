from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core import clock
from regard.core.models import Store


class ImportState(models.TextChoices):
    DRAFT = "draft", _("Not started")  # uploaded, and somebody is looking at how it would be read
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    BROKEN_OFF = "broken_off", _("Broken off")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class ImportRun(models.Model):
    """One file brought in: what it was, how far it came, what it gave.

    Its counts are committed together with the facts that they count, so that a run that was killed goes on
    from them. `read` counts rows; the others count facts, of which a row of some files gives several.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+")
    state = models.CharField(max_length=20, choices=ImportState.choices, default=ImportState.RUNNING)
    kind = models.CharField(max_length=40)  # of several in one file the main one
    preset = models.CharField(max_length=60, blank=True)
    mapping = models.JSONField(default=dict)  # how the file is read, see domain/imports/mapping.py
    # Digest of the file's content and of how it is read: who brings the same goes on with this run.
    fingerprint = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(max_length=300)
    dry_run = models.JSONField(
        null=True
    )  # of a draft: what a check of all of it found, see domain/imports/checking.py
    upload_path = models.TextField(blank=True)  # of an uploaded file, while it is kept
    started_at = models.DateTimeField(default=clock.now)
    # When a process last took it up, and how far it was then: what it does since is its pace.
    taken_up_at = models.DateTimeField(null=True)
    taken_up_read = models.PositiveBigIntegerField(default=0)
    taken_up_share = models.FloatField(default=0)
    finished_at = models.DateTimeField(null=True)
    broken_off = models.CharField(max_length=500, blank=True)  # why it ended early; what it had brought stays
    share = models.FloatField(default=0)  # how much of the file is read, 0 to 1
    read = models.PositiveBigIntegerField(default=0)  # rows of the file, rejected ones included
    repeated = models.PositiveBigIntegerField(default=0)  # facts that the log held already
    added = models.PositiveBigIntegerField(default=0)  # facts that it did not hold yet
    again = models.PositiveBigIntegerField(
        default=0
    )  # of both: facts that repeat another of the file exactly
    rejected = models.PositiveBigIntegerField(default=0)
    notes = models.JSONField(default=list)  # [what was left out of rows that count, rows], the most first
    reasons = models.JSONField(default=list)  # [field, reason, rows] of the rejected ones, the most first
    rejects_path = models.TextField(blank=True)
    # The facts that it added lie between these ids in the log, others among them.
    first_event_id = models.BigIntegerField(null=True)
    last_event_id = models.BigIntegerField(null=True)
    # Facts that an undo left to other imports whose files hold them too.
    handed_over = models.PositiveBigIntegerField(default=0)
    undone = models.PositiveBigIntegerField(default=0)  # facts taken out of the log again
    # Customers who tell of the same orders as others do: an undo forms them anew at its end. Null: not looked for.
    sharing_customers = models.JSONField(null=True)
    # Products that the run told of: an undo forms them anew at its end. Null: not looked for.
    told_products = models.JSONField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=320, blank=True)
    actor = models.CharField(max_length=320)

    class Meta:
        indexes = [models.Index(fields=["store", "-id"], name="import_runs_by_store")]

    @property
    def has_ended(self) -> bool:
        return self.finished_at is not None
