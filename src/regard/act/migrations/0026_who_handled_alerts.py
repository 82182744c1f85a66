"""Who handled an alert; of those that were handled before, as the audit log tells it."""

from django.db import migrations, models

FILL_IN = """
UPDATE act_alert SET handled_by = told.actor
FROM (
    SELECT DISTINCT ON (store_id, target) store_id, target, actor FROM core_auditentry
    WHERE action = 'alert.handled' ORDER BY store_id, target, id DESC
) AS told
WHERE act_alert.state = 'handled' AND told.store_id = act_alert.store_id
    AND told.target = 'alert ' || act_alert.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("act", "0025_alerts_are_due"),
        ("core", "0008_language_of_pages"),
    ]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="handled_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=320),
        ),
        migrations.RunSQL(FILL_IN, migrations.RunSQL.noop),
    ]
