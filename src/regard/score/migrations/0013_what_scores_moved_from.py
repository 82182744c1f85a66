from django.db import migrations, models

from regard.score.models.score import band_choices

# Of moves that were kept before, it is what the one before them says.
TOLD_BY_THE_ONE_BEFORE = """
    UPDATE score_scorechange AS change SET value_before = earlier.value, band_before = earlier.band
    FROM (
        SELECT id, lag(value) OVER moves AS value, lag(band) OVER moves AS band FROM score_scorechange
        WINDOW moves AS (PARTITION BY store_id, name, subject_type, subject_id ORDER BY id)
    ) AS earlier
    WHERE earlier.id = change.id AND earlier.band IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("score", "0012_scores_without_a_verdict")]
    operations = [
        migrations.AddField(
            "scorechange", "value_before", models.DecimalField(max_digits=5, decimal_places=2, null=True)
        ),
        migrations.AddField(
            "scorechange",
            "band_before",
            models.CharField(choices=band_choices, max_length=40, null=True),
        ),
        migrations.RunSQL(TOLD_BY_THE_ONE_BEFORE, migrations.RunSQL.noop),
    ]
