from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.act.models import Purpose
from regard.core import clock
from regard.core.models import Store


class TemplateChannel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")
    WHATSAPP = "whatsapp", _("WhatsApp")
    SLACK = "slack", _("Slack")
    IN_PAGE = "in_page", _("On the page")
    PUSH = "push", _("Push")


PURPOSES = [(purpose.value, purpose.label) for purpose in (Purpose.TRANSACTIONAL, Purpose.MARKETING)]


class Template(models.Model):
    """Something that a store says, by a key that journeys name. What it says stands in its current version."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    key = models.SlugField(max_length=60, db_index=False)
    name = models.CharField(max_length=200)
    channel = models.CharField(max_length=10, choices=TemplateChannel.choices)
    purpose = models.CharField(max_length=13, choices=PURPOSES)
    # None while none is written; a version is of its template for ever.
    current = models.ForeignKey(
        "TemplateVersion", models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    made_at = models.DateTimeField(default=clock.now)
    archived_at = models.DateTimeField(null=True)  # nobody is to choose it any more; what names it goes on

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "store"], name="one_template_a_key")]
        indexes = [models.Index(fields=["store", "name", "id"], name="templates_by_name")]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """What a template says in each language, as it was written once: it never changes.

    texts: language -> subject, preheader and body, see domain/texts.py.
    """

    template = models.ForeignKey(Template, models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    texts = models.JSONField()
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.CharField(max_length=320)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="one_template_version_a_number")
        ]
