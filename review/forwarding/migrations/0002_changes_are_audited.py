"""What is forwarded changes only together with an audit entry."""

from django.db import migrations

TABLES = ("forwarding_forwarding", "forwarding_forwardeditem")


def forwards():
    for table in TABLES:
        yield (
            f"CREATE CONSTRAINT TRIGGER {table}_audited AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION change_is_audited();"
        )


def backwards():
    for table in TABLES:
        yield f"DROP TRIGGER {table}_audited ON {table};"


class Migration(migrations.Migration):
    dependencies = [("forwarding", "0001_forwardings"), ("audit", "0006_changes_are_audited")]
    operations = [migrations.RunSQL("\n".join(forwards()), "\n".join(backwards()))]
