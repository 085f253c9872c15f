"""The bytes of originals move into a table of their own, a part of which is one 課税年度.

Nothing refers to them, so that a year's part is dropped at once when nothing of the year is left.
The parts are the owner's to make and to drop: two functions do it, which lift nothing. An original
without a case (there should be none) goes among those of no year.
"""

from django.db import migrations, models

TABLE = """
CREATE TABLE cases_originalbody (
    original_id uuid NOT NULL,
    tax_year varchar(4) NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (original_id, tax_year)
) PARTITION BY LIST (tax_year);
CREATE TRIGGER original_body_no_change BEFORE UPDATE OR DELETE ON cases_originalbody
    FOR EACH ROW EXECUTE FUNCTION original_is_immutable();
CREATE TRIGGER original_body_no_truncate BEFORE TRUNCATE ON cases_originalbody
    FOR EACH STATEMENT EXECUTE FUNCTION original_is_immutable();
CREATE TABLE cases_originalbody_other PARTITION OF cases_originalbody DEFAULT;
CREATE TRIGGER original_body_no_truncate BEFORE TRUNCATE ON cases_originalbody_other
    FOR EACH STATEMENT EXECUTE FUNCTION original_is_immutable();
"""
# Made apart and attached: that keeps nobody from reading and writing the other years.
OPEN = """
CREATE FUNCTION original_open_year(year text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    part text := 'cases_originalbody_' || lower(year);
BEGIN
    IF year !~ '^R[1-9][0-9]?$' THEN
        RAISE EXCEPTION 'no year: %', year;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('original_open_year'));
    IF to_regclass(part) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE cases_originalbody INCLUDING ALL)', part);
    EXECUTE format('ALTER TABLE cases_originalbody ATTACH PARTITION %I FOR VALUES IN (%L)',
        part, year);
    EXECUTE format('CREATE TRIGGER original_body_no_truncate BEFORE TRUNCATE ON %I'
        ' FOR EACH STATEMENT EXECUTE FUNCTION original_is_immutable()', part);
    RETURN true;
END $$;
"""
# Whoever writes a body of the year meanwhile waits, and finds no part for it afterwards: it then
# goes among those of no year. Nobody waits here for longer than a moment.
DROP = """
CREATE FUNCTION original_drop_year(year text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    part text := 'cases_originalbody_' || lower(year);
BEGIN
    IF year !~ '^R[1-9][0-9]?$' OR to_regclass(part) IS NULL THEN
        RETURN false;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM retention_erasure
        WHERE id = nullif(current_setting('review.erasure', true), '')::uuid
    ) THEN
        RAISE EXCEPTION 'an original is kept as received: DROP refused';
    END IF;
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', part);
    IF EXISTS (SELECT 1 FROM cases_case WHERE tax_year = year) THEN
        RAISE EXCEPTION 'cases of % are left', year;
    END IF;
    EXECUTE format('DROP TABLE %I', part);
    RETURN true;
END $$;
"""
FILL = """
SELECT original_open_year(year) FROM (
    SELECT 'R8' AS year UNION SELECT 'R9' UNION SELECT 'R10'
    UNION SELECT tax_year FROM cases_case WHERE tax_year ~ '^R[1-9][0-9]?$') AS years;
INSERT INTO cases_originalbody (original_id, tax_year, sealed)
SELECT o.id, coalesce(c.tax_year, ''), o.sealed
FROM cases_original o LEFT JOIN cases_case c ON c.original_id = o.id;
"""
# The column is back by then, empty.
UNDO = """
ALTER TABLE cases_original DISABLE TRIGGER original_no_change;
UPDATE cases_original o SET sealed = b.sealed FROM cases_originalbody b WHERE b.original_id = o.id;
ALTER TABLE cases_original ENABLE TRIGGER original_no_change;
DROP FUNCTION original_drop_year(text);
DROP FUNCTION original_open_year(text);
DROP TABLE cases_originalbody;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_guard_of_originals_by_key")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(TABLE + OPEN + DROP + FILL, UNDO),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="OriginalBody",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "original_id",
                                "tax_year",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("original_id", models.UUIDField()),
                        ("tax_year", models.CharField(max_length=4)),
                        ("sealed", models.BinaryField()),
                    ],
                    options={"verbose_name": "原本の本体"},
                ),
            ],
        ),
        migrations.RunSQL(
            "ALTER TABLE cases_original DROP COLUMN sealed",
            "ALTER TABLE cases_original ADD COLUMN sealed bytea NOT NULL DEFAULT '';"
            "ALTER TABLE cases_original ALTER COLUMN sealed DROP DEFAULT;",
            state_operations=[migrations.RemoveField(model_name="original", name="sealed")],
        ),
    ]
