"""What a letter says is sealed; whom it asks about is kept beside it, as keyed hashes."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from review.sealed_fields import SealedJSONField
from review.sealing_rows import sealing

# The trigger comes again with `sealing`.
KEYS = """
ALTER TABLE letters_letter DISABLE TRIGGER USER;
UPDATE letters_letter
SET asked_keys = ARRAY(SELECT jsonb_array_elements_text(content->'keys')), content = content - 'keys'
WHERE content ? 'keys'
"""


class Migration(migrations.Migration):
    dependencies = [("letters", "0002_changes_are_audited")]
    operations = [
        migrations.AddField(
            "letter",
            "asked_keys",
            ArrayField(models.CharField(max_length=64), default=list, db_default=[]),
        ),
        migrations.RunSQL(KEYS),
        *sealing(
            "letters",
            "Letter",
            content=SealedJSONField(
                year="tax_year", row="letter:{mailing_id}:{addressee_id}:{matter}"
            ),
        ),
    ]
