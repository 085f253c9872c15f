"""What somebody wrote beside a document is sealed under the key of the document's year."""

from django.db import migrations

from review.sealed_fields import SealedTextField
from review.sealing_rows import sealing


class Migration(migrations.Migration):
    dependencies = [("images", "0002_changes_are_audited")]
    operations = sealing(
        "images",
        "DocumentNote",
        text=SealedTextField(
            "付箋", max_length=300, year="document__tax_year", row="document-note:{document_id}"
        ),
    )
