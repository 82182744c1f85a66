from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("capture", "0007_live_events_read")]

    operations = [
        migrations.AddField("importrun", "again", models.PositiveBigIntegerField(default=0)),
        migrations.AddField("importrun", "notes", models.JSONField(default=list)),
    ]
