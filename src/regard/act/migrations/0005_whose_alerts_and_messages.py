from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

# What an event gave reason for is the identity's that the event came with.
OF_EVENTS = """
    UPDATE {table} AS told SET identity_id = placed.identity_id FROM profile_customerevent AS placed
    WHERE placed.store_id = told.store_id AND placed.event_id = told.event_id AND {concerned}
"""
# Nothing tells which identity of a customer the rest was about: the one that made them who they were.
OF_CUSTOMERS = """
    UPDATE {table} AS told SET identity_id = (
        SELECT own.id FROM profile_identity AS own
        WHERE own.own_customer_id = known.id OR own.customer_id IN (known.id, known.merged_into_id)
        ORDER BY own.own_customer_id IS NOT DISTINCT FROM known.id DESC, own.id LIMIT 1
    ) FROM profile_customer AS known WHERE known.id = told.customer_id AND told.identity_id IS NULL
"""
OF_OCCURRENCES = """
    UPDATE act_alertoccurrence AS told SET identity_id = alert.identity_id FROM act_alert AS alert
    WHERE alert.id = told.alert_id AND told.identity_id IS NULL
"""
OF_ALERT_MAILS = """
    UPDATE act_send AS told SET identity_id = alert.identity_id FROM act_alert AS alert
    WHERE told.intent = 'alert' AND told.instance = alert.id::text AND told.store_id = alert.store_id
"""
BACK = """
    UPDATE {table} AS told SET customer_id = whose.customer_id FROM profile_identity AS whose
    WHERE whose.id = told.identity_id
"""


def _identity() -> models.Field[object, object]:
    return models.ForeignKey(
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="profile.identity",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("act", "0004_purpose_of_messages"),
        ("profile", "0004_own_customers"),
    ]

    operations = [
        migrations.AddField(model_name="alert", name="identity", field=_identity()),
        migrations.AddField(model_name="alertoccurrence", name="identity", field=_identity()),
        migrations.AddField(model_name="send", name="identity", field=_identity()),
        migrations.RunSQL(
            [
                OF_EVENTS.format(table="act_alert", concerned="told.customer_id IS NOT NULL"),
                OF_CUSTOMERS.format(table="act_alert"),
                OF_EVENTS.format(table="act_alertoccurrence", concerned="TRUE"),
                OF_OCCURRENCES,
                OF_ALERT_MAILS,
                OF_CUSTOMERS.format(table="act_send"),
            ],
            [
                BACK.format(table="act_alert"),
                BACK.format(table="act_send"),
                "SET CONSTRAINTS ALL IMMEDIATE",  # checked now, so that the columns can go
            ],
        ),
    ]
