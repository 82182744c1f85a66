from django.db import migrations, models

# Of stores that are there already the latest events are asked; the others are marked with their next live event.
MARK = """
    UPDATE capture_readerposition AS position SET has_read_live = TRUE WHERE EXISTS (
        SELECT FROM (
            SELECT history, type FROM capture_event WHERE store_id = position.store_id ORDER BY id DESC LIMIT 5000
        ) AS latest WHERE NOT history AND type <> 'fact'
    )
"""


class Migration(migrations.Migration):
    dependencies = [("capture", "0006_facts_of_several_imports")]

    operations = [
        migrations.AddField("readerposition", "has_read_live", models.BooleanField(default=False)),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
