"""A note beside a document changes only together with an audit entry."""

from django.db import migrations

from review.audit.watching import watched


class Migration(migrations.Migration):
    dependencies = [("images", "0001_notes"), ("audit", "0006_changes_are_audited")]
    operations = [
        watched(
            "images_documentnote",
        )
    ]
