from __future__ import annotations

import uuid

from django.db import models

from regard.core.models import Store
from regard.profile.models import Identity
from regard.survey.models.invitation import Channel, Invitation
from regard.survey.models.survey import Survey, SurveyVersion


class Submission(models.Model):
    """Somebody's sitting at a survey, on the version they began with.

    Of an anonymous survey it has no identity, no invitation and no address, and its times are cut to the day.
    person: what was known of them when they began (see domain/knowing.py), so that their way does not change
    while they are on it. place: where the open link stood by which they came, such as "packaging"; anybody can
    write it into an address. is_suspect: by a machine, it seems; it counts for nothing.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="+", db_index=False)
    version = models.ForeignKey(SurveyVersion, models.PROTECT, related_name="+", db_index=False)
    invitation = models.OneToOneField(Invitation, models.PROTECT, null=True, related_name="+")
    identity = models.ForeignKey(Identity, models.PROTECT, null=True, related_name="+", db_index=False)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    language = models.CharField(max_length=20, blank=True)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    place = models.CharField(max_length=40, blank=True, default="", db_default="")
    order_external_id = models.CharField(max_length=200, blank=True)
    product_external_id = models.CharField(max_length=200, blank=True)
    person = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    is_suspect = models.BooleanField(default=False)
    answers = models.PositiveSmallIntegerField(default=0)  # how many count

    class Meta:
        indexes = [
            models.Index(fields=["survey", "-last_at", "-id"], name="submissions_by_time"),
            models.Index(fields=["identity", "-last_at", "-id"], name="submissions_by_identity"),
            models.Index(  # of those that count, for what a list says of each survey
                fields=["survey"],
                include=["store", "completed_at", "last_at"],
                name="counting_submissions",
                condition=models.Q(is_suspect=False, answers__gt=0),
            ),
        ]


class GivenAnswer(models.Model):
    """An answer as it was given last. value: see domain/answers.py; null: the question was passed over.

    figure: the number in it, if there is one; text: the words in it. does_count: the way still comes by it; an
    earlier answer that was changed may lead past. response_external_id: under which it was told to `listen`.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="+", db_index=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="+", db_index=False)
    question_id = models.CharField(max_length=40)
    value = models.JSONField(null=True)
    figure = models.FloatField(null=True)
    text = models.TextField(blank=True)
    does_count = models.BooleanField(default=True)
    given_at = models.DateTimeField()
    response_external_id = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "question_id"], name="one_answer_a_question")
        ]
        indexes = [
            models.Index(fields=["survey", "question_id", "-given_at", "-id"], name="answers_by_time"),
            models.Index(
                fields=["survey", "-given_at", "-id"],
                name="answers_in_words",
                condition=models.Q(does_count=True) & ~models.Q(text=""),
            ),
        ]


class Upload(models.Model):
    """A file that somebody sent as an answer: only to be downloaded."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="+", db_index=False)
    question_id = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    content = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "question_id"], name="one_upload_a_question")
        ]
