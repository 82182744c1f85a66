from __future__ import annotations

from django.db import migrations

# What is not kept any more: scores but health of whom too little is known, and rows of mere visitors.
FORGET = """
    DELETE FROM score_score WHERE name = 'early_value' OR (name <> 'health' AND band LIKE '%:not_enough_data');
    DELETE FROM score_scorechange WHERE name = 'early_value';
    DELETE FROM score_customerfeatures
    WHERE orders = 0 AND cancelled_orders = 0 AND refunds = 0 AND deliveries = 0 AND reviews = 0 AND answers = 0
        AND tickets = 0 AND last_visit_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("score", "0011_standing_by_spend")]

    operations = [migrations.RunSQL(FORGET, migrations.RunSQL.noop)]
