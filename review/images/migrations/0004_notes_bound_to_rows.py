"""A note is bound to who wrote it when, as well as to its document."""

from django.db import migrations

from review.sealed_fields import SealedTextField
from review.sealing_rows import rebinding


class Migration(migrations.Migration):
    dependencies = [("images", "0003_sealed_notes")]
    operations = [
        *rebinding(
            "images",
            "DocumentNote",
            text=SealedTextField(
                "付箋",
                max_length=300,
                year="document__tax_year",
                row="document-note:{document_id}:{made_at}:{made_by}",
            ),
        )
    ]
