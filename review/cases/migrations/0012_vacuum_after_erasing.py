"""Tables that a yearly erasure empties by a seventh are cleaned up after it, not at a fifth.

By default autovacuum waits until a fifth of a table is dead: a year's rows of seven would stay.
"""

from django.db import migrations

TABLES = (
    *("cases_case", "cases_original", "cases_originalbody_other"),
    *("assessment_sourcedocument", "assessment_mergedbasis", "assessment_mergedbasis_documents"),
    *("assessment_assessment", "levy_collection", "levy_decision", "levy_yearperson"),
    *("reconcile_disagreement", "reconcile_claim", "sources_entry", "retention_runitem"),
)
SET = "ALTER TABLE {} SET (autovacuum_vacuum_scale_factor = 0.05);"
RESET = "ALTER TABLE {} RESET (autovacuum_vacuum_scale_factor);"


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0011_bodies_by_year"),
        ("assessment", "0002_document_link_and_void"),
        ("levy", "0001_initial"),
        ("reconcile", "0002_checks_and_rulings"),
        ("retention", "0006_items_change_in_place"),
        ("sources", "0002_original_is_immutable"),
    ]
    operations = [
        migrations.RunSQL(
            "".join(map(SET.format, TABLES)),
            "".join(map(RESET.format, TABLES)),
        )
    ]
