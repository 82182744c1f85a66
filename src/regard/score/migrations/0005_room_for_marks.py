from django.db import migrations


class Migration(migrations.Migration):
    """A customer is marked once a batch: room on the page keeps that from touching the index."""

    dependencies = [("score", "0004_marks_of_stale_customers")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE score_stalecustomer SET (fillfactor = 50)",
            "ALTER TABLE score_stalecustomer RESET (fillfactor)",
        )
    ]
