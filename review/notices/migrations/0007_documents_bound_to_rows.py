"""What a document says is bound to when it was issued as well."""

from django.db import migrations

from review.sealed_fields import SealedJSONField
from review.sealing_rows import rebinding


class Migration(migrations.Migration):
    dependencies = [("notices", "0006_sealed_documents")]
    operations = [
        *rebinding(
            "notices",
            "IssuedDocument",
            content=SealedJSONField(
                year="tax_year",
                row="issued:{kind}:{decision_id}:{target_id}:{employer_number}:{employer}:{issued_at}",
            ),
        )
    ]
