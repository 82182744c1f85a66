from __future__ import annotations

import django.contrib.postgres.indexes
from django.db import migrations, models

NAME_LESSONS = """
    UPDATE listen_lesson AS lesson SET source = said.source, external_id = text.external_id
    FROM listen_understanding AS said
    JOIN {table} AS text ON text.id = said.source_id
    WHERE said.id = lesson.understanding_id AND said.source = '{source}'
"""
FORGET_NAMELESS = "DELETE FROM listen_lesson WHERE understanding_id IS NOT NULL AND source = ''"
HISTORY = """
    UPDATE listen_understanding AS said SET history = true
    FROM {table} AS text
    WHERE said.source = '{source}' AND said.source_id = text.id AND text.history
"""
SOURCES = {"reviews": "listen_review", "answers": "listen_response"}


def of_sources(statement: str) -> list[migrations.RunSQL]:
    return [
        migrations.RunSQL(statement.format(source=source, table=table), migrations.RunSQL.noop)
        for source, table in SOURCES.items()
    ]


class Migration(migrations.Migration):
    """Lessons outlive what was understood; texts of imports are told apart; lists by what was understood."""

    dependencies = [("listen", "0005_texts_told_before")]
    operations = [
        migrations.AddField("theme", "mentioned_at", models.DateTimeField(null=True)),
        migrations.AddField("understanding", "history", models.BooleanField(default=False)),
        migrations.AddField(
            "lesson", "source", models.CharField(blank=True, default="", max_length=20), False
        ),
        migrations.AddField(
            "lesson", "external_id", models.CharField(blank=True, default="", max_length=400), False
        ),
        *of_sources(NAME_LESSONS),
        migrations.RunSQL(FORGET_NAMELESS, migrations.RunSQL.noop),
        *of_sources(HISTORY),
        migrations.RemoveConstraint("lesson", "one_lesson_a_text"),
        migrations.RemoveField("lesson", "understanding"),
        migrations.AddConstraint(
            "lesson",
            models.UniqueConstraint(
                condition=models.Q(("source", ""), _negated=True),
                fields=("store", "source", "external_id", "about"),
                name="one_lesson_a_text",
            ),
        ),
        migrations.AddIndex(
            "understanding",
            models.Index(fields=["store", "feeling", "-said_at", "-id"], name="understood_by_feeling"),
        ),
        migrations.AddIndex(
            "understanding",
            models.Index(fields=["store", "urgency", "-said_at", "-id"], name="understood_by_urgency"),
        ),
        migrations.AddIndex(
            "understanding",
            django.contrib.postgres.indexes.GinIndex(fields=["intents"], name="understood_by_intent"),
        ),
    ]
