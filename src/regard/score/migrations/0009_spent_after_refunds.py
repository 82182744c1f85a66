from __future__ import annotations

from django.db import migrations, models
from django.db.models.functions import Coalesce

# Segments that ask `net_spent` ask `spent` from now on; an attribute or a text of that name is left alone.
RENAME = r"""
    UPDATE profile_segment SET text = regexp_replace(text, '(?<![\w."])net_spent(?![\w"])', 'spent', 'g')
    WHERE text ~ '(?<![\w."])net_spent(?![\w"])'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("profile", "0016_one_index_of_orders_by_time"),
        ("score", "0008_past_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="customerfeatures",
            name="net_spent_minor",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.F("spent_minor") - Coalesce("refunded_minor", 0),
                output_field=models.BigIntegerField(null=True),
            ),
        ),
        migrations.AddIndex(
            model_name="customerfeatures",
            index=models.Index(
                fields=["store", "net_spent_minor", "customer"], name="customers_by_net_spent"
            ),
        ),
        migrations.RemoveIndex(model_name="customerfeatures", name="customers_by_spent"),
        migrations.RunSQL(RENAME, migrations.RunSQL.noop),
    ]
