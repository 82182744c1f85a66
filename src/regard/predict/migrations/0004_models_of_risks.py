from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

# A risk is kept only while its model is in use.
_NAME_MODELS = """
    DELETE FROM predict_churnrisk AS risk WHERE NOT EXISTS (
        SELECT FROM predict_fittedmodel WHERE store_id = risk.store_id AND kind = 'churn' AND in_use);
    UPDATE predict_churnrisk AS risk SET model_id = model.id FROM predict_fittedmodel AS model
    WHERE model.store_id = risk.store_id AND model.kind = 'churn' AND model.in_use;
"""


def _model_field(*, null: bool) -> models.ForeignKey:
    return models.ForeignKey(
        "predict.fittedmodel",
        django.db.models.deletion.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
        null=null,
    )


class Migration(migrations.Migration):
    dependencies = [("predict", "0003_churn_risks")]

    operations = [
        migrations.RemoveIndex("churnrisk", "customers_by_churn_risk"),
        migrations.AlterField(
            "churnriskchange", "value", models.DecimalField(decimal_places=1, max_digits=4, null=True)
        ),
        migrations.AddField("churnrisk", "model", _model_field(null=True)),
        migrations.RunSQL(_NAME_MODELS, migrations.RunSQL.noop),
        migrations.AlterField("churnrisk", "model", _model_field(null=False)),
    ]
