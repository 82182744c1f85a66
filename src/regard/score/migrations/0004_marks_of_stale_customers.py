from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("score", "0003_room_for_updates")]

    operations = [
        migrations.AddField("stalecustomer", "marks", models.PositiveBigIntegerField(default=1)),
    ]
