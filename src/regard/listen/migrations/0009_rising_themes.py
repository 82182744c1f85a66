from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("listen", "0008_products_first")]

    operations = [
        migrations.AddField(model_name="theme", name="told_rising_at", field=models.DateTimeField(null=True)),
    ]
