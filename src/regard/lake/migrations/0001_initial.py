from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

# Triggers call them; see domain/watching.py, which makes those. 16: BUCKET_BITS.
NOTE_ROWS = """
    CREATE FUNCTION lake_note_rows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO lake_lakechange (store_id, source, bucket)
        SELECT DISTINCT store_id, TG_ARGV[0], id >> 16 FROM changed;
        RETURN NULL;
    END $$
"""
NOTE_ROW = """
    CREATE FUNCTION lake_note_row() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO lake_lakechange (store_id, source, bucket)
        VALUES (NEW.store_id, TG_ARGV[0], NEW.id >> 16);
        RETURN NULL;
    END $$
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0006_account_mails"),
    ]

    operations = [
        migrations.CreateModel(
            name="LakeState",
            fields=[
                (
                    "store",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="core.store",
                    ),
                ),
                ("version", models.CharField(max_length=32)),
                ("refreshed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="LakeChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=40)),
                ("bucket", models.BigIntegerField()),
                (
                    "store",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="core.store",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(NOTE_ROWS, "DROP FUNCTION lake_note_rows() CASCADE"),
        migrations.RunSQL(NOTE_ROW, "DROP FUNCTION lake_note_row() CASCADE"),
    ]
