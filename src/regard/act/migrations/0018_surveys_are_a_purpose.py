from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("act", "0017_returned_mail")]

    operations = [
        migrations.AlterField(
            model_name="send",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("team", "For the team"),
                    ("transactional", "Owed to the customer"),
                    ("marketing", "Marketing"),
                    ("reply", "An answer to the customer"),
                    ("survey", "A survey"),
                ],
                max_length=13,
            ),
        ),
    ]
