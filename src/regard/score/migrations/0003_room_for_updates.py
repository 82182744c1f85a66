from django.db import migrations

# An update that changes no indexed column and finds room on its page touches no index at all, which makes a night's
# moves several times cheaper. Who asks for the lowest healths reads the table, in a third of a second a million.
LEAVE_ROOM = """
    ALTER TABLE score_score SET (fillfactor = 80);
    ALTER TABLE score_customerfeatures SET (fillfactor = 80);
"""
FILL_UP = """
    ALTER TABLE score_score RESET (fillfactor);
    ALTER TABLE score_customerfeatures RESET (fillfactor);
"""


class Migration(migrations.Migration):
    dependencies = [("score", "0002_features_in_columns")]

    operations = [
        migrations.RemoveIndex(model_name="score", name="scores_by_value"),
        migrations.RunSQL(LEAVE_ROOM, FILL_UP),
    ]
