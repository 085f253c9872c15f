"""The log's beginning may be erased under a certificate, and says where it begins since."""

from django.db import migrations, models

FORWARDS = """
CREATE FUNCTION audit_erasure_is_certified() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM retention_erasure
        WHERE id = nullif(current_setting('review.erasure', true), '')::uuid AND procedure = 'log'
    )
$$;
CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Only the beginning goes: what stands at or before the position noted in the same transaction.
    IF TG_OP = 'DELETE' AND audit_erasure_is_certified() AND EXISTS (
        SELECT 1 FROM audit_erasedlog WHERE OLD.position <= position
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit log is append-only: % refused', TG_OP;
END $$;
CREATE FUNCTION erased_log_goes_forwards() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('INSERT', 'UPDATE') AND audit_erasure_is_certified()
       AND (TG_OP = 'INSERT' OR NEW.position > OLD.position)
       AND EXISTS (
           SELECT 1 FROM audit_auditevent WHERE position = NEW.position AND hash = NEW.hash
       ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'where the log begins changes only with its erasure: % refused', TG_OP;
END $$;
CREATE TRIGGER erased_log_guard BEFORE INSERT OR UPDATE OR DELETE ON audit_erasedlog
    FOR EACH ROW EXECUTE FUNCTION erased_log_goes_forwards();
"""
BACKWARDS = """
DROP TRIGGER erased_log_guard ON audit_erasedlog;
DROP FUNCTION erased_log_goes_forwards();
CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only: % refused', TG_OP;
END $$;
DROP FUNCTION audit_erasure_is_certified();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_marks_transaction"), ("retention", "0003_keys_of_years")]
    operations = [
        migrations.CreateModel(
            name="ErasedLog",
            fields=[
                ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                ("position", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("certificate", models.UUIDField()),
            ],
            options={
                "verbose_name": "消去した操作記録の末尾",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="erased_log_one_row"
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
