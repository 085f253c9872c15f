"""Receipt numbers of paper returns, from a range that the portal does not reach; audited changes."""

from django.db import migrations

FORWARDS = """
CREATE SEQUENCE paper_receipt_serial MINVALUE 9000001 MAXVALUE 9999999 START 9000001;
CREATE CONSTRAINT TRIGGER paper_change_audited
    AFTER INSERT OR UPDATE OR DELETE ON paper_paperentry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION case_change_is_audited();
"""
BACKWARDS = """
DROP TRIGGER paper_change_audited ON paper_paperentry;
DROP SEQUENCE paper_receipt_serial;
"""


class Migration(migrations.Migration):
    dependencies = [("paper", "0001_paper_returns"), ("cases", "0008_paper_returns")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
