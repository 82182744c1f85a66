from django.db import migrations, models

# What nobody has seen to yet waits, if there is anything to see.
PUT_ON_LIST = """
    UPDATE review_mention AS held SET is_open = true
    WHERE (text <> '' OR url <> '') AND NOT EXISTS (
        SELECT FROM review_mentionstanding AS done WHERE done.store_id = held.store_id
        AND done.external_id = held.external_id AND done.done_at IS NOT NULL
    )
"""


class Migration(migrations.Migration):
    dependencies = [("review", "0003_display_of_reviews")]

    operations = [
        migrations.AddField(model_name="mention", name="is_open", field=models.BooleanField(default=False)),
        migrations.RunSQL(PUT_ON_LIST, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="mention",
            index=models.Index(
                condition=models.Q(("is_open", True)),
                fields=["store", "-mentioned_at", "-id"],
                name="open_mentions",
            ),
        ),
        migrations.AddIndex(
            model_name="mentionstanding",
            index=models.Index(fields=["store", "done_at"], name="mentions_done_by_time"),
        ),
    ]
