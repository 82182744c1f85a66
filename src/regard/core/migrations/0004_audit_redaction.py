"""The one change that the audit log allows: taking out what names a person who is erased, see redact_audit."""

from django.db import migrations

ALLOW_REDACTION = """
CREATE OR REPLACE FUNCTION core_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('regard.redacting', TRUE) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the audit log is append-only';
END $$;
"""
FORBID_REDACTION = """
CREATE OR REPLACE FUNCTION core_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0003_store_country")]
    operations = [migrations.RunSQL(ALLOW_REDACTION, FORBID_REDACTION)]
