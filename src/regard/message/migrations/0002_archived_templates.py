from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("message", "0001_templates")]

    operations = [
        migrations.AddField(model_name="template", name="archived_at", field=models.DateTimeField(null=True)),
    ]
