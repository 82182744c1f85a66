from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

# Key by key, see capture_known_keys in 0001.
REPEATED_IDS = """
CREATE FUNCTION capture_repeated_ids(store bigint, keys uuid[], run bigint) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_bitmapscan = off AS $$
BEGIN
    RETURN QUERY SELECT held.id FROM unnest(keys) AS wanted (key) CROSS JOIN LATERAL (
        SELECT event.id, event.import_id FROM capture_event event
        WHERE event.key = wanted.key AND event.store_id + 0 = store
        OFFSET 0
    ) AS held WHERE held.import_id <> run ORDER BY held.id;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("capture", "0005_undo_of_shared_orders"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportRepeats",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("firsts", ArrayField(models.BigIntegerField())),
                ("lasts", ArrayField(models.BigIntegerField())),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=models.deletion.CASCADE, related_name="+", to="capture.importrun"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="importrun", name="handed_over", field=models.PositiveBigIntegerField(default=0)
        ),
        migrations.AddField(model_name="importrun", name="told_products", field=models.JSONField(null=True)),
        migrations.RunSQL(REPEATED_IDS, "DROP FUNCTION capture_repeated_ids"),
    ]
