"""A paper's verdict, digest or place changes only together with an audit entry, like a case."""

from django.db import migrations

FORWARDS = """
CREATE CONSTRAINT TRIGGER paper_change_audited
    AFTER UPDATE OF scan, sha256, file, case_id, number ON attachments_paper
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION case_change_is_audited();
"""
BACKWARDS = "DROP TRIGGER paper_change_audited ON attachments_paper;"


class Migration(migrations.Migration):
    dependencies = [("attachments", "0001_papers_of_a_case"), ("cases", "0005_changes_are_audited")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
