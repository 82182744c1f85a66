from __future__ import annotations

from django.db import migrations

# Early signs are told from the first that is known on: everybody is looked at anew, without a word to anybody.
MARK_ALL_STALE = """
    INSERT INTO score_stalecustomer (store_id, customer_id, marks)
    SELECT store_id, customer_id, 1 FROM score_customerfeatures
    ON CONFLICT (store_id, customer_id) DO UPDATE SET marks = score_stalecustomer.marks + 1
"""


class Migration(migrations.Migration):
    dependencies = [("score", "0015_carrier_records")]

    operations = [migrations.RunSQL(MARK_ALL_STALE, migrations.RunSQL.noop)]
