from django.db import migrations

# Japanese has no spaces between words: a text is found by its pairs of characters, whichever they
# are. The function is told to be immutable so that an index can be made of it.
PAIRS = """
CREATE FUNCTION pairs_of(content text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT substr(content, place, 2)), ARRAY[]::text[])
    FROM generate_series(1, length(content) - 1) AS place
$$
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_counts_by_index")]

    operations = [
        migrations.RunSQL(PAIRS, "DROP FUNCTION pairs_of(text)"),
        migrations.RunSQL(
            "CREATE INDEX note_words ON cases_note"
            " USING gin (pairs_of(lower(text || ' ' || answer)))",
            "DROP INDEX note_words",
        ),
        migrations.RunSQL(
            "CREATE INDEX case_words ON cases_case"
            " USING gin (pairs_of(lower(decision_reason || ' ' || correction_message)))"
            " WHERE decision_reason <> '' OR correction_message <> ''",
            "DROP INDEX case_words",
        ),
    ]
