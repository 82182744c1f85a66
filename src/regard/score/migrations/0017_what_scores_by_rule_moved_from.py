from __future__ import annotations

from django.db import migrations

# Moves of scores by rule did not say at first what they came from. The one before says it: the band, and the value
# too where each move was kept, which of purchase intent were those into another band alone.
TOLD_BY_THE_ONE_BEFORE = """
    UPDATE score_scorechange AS change
    SET band_before = earlier.band, value_before = CASE WHEN change.name <> 'intent' THEN earlier.value END
    FROM (
        SELECT id, lag(value) OVER moves AS value, lag(band) OVER moves AS band FROM score_scorechange
        WHERE name IN ('escalation_risk', 'intent', 'late_risk', 'quality_issue')
        WINDOW moves AS (PARTITION BY store_id, name, subject_type, subject_id ORDER BY id)
    ) AS earlier
    WHERE earlier.id = change.id AND change.band_before IS NULL AND earlier.value IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("score", "0016_early_signs_from_the_first")]

    operations = [migrations.RunSQL(TOLD_BY_THE_ONE_BEFORE, migrations.RunSQL.noop)]
