"""What a document says is sealed under the key of its year; whether it has income stays open."""

from django.db import migrations, models

from review.sealed_fields import SealedJSONField
from review.sealing_rows import sealing

# What assessment.declared says in Python, of returns that came before it.
DECLARED = """
UPDATE assessment_sourcedocument SET
    declares_salary = jsonb_path_exists(content, '$.answers.salaries.revenue ? (@ > 0)'),
    declares_other = jsonb_path_exists(content, '$.answers.keyvalue()
        ? (@.key != "salaries" && @.key != "pensions").value.revenue ? (@ > 0)')
WHERE kind = 'resident_return'
"""


class Migration(migrations.Migration):
    dependencies = [("assessment", "0004_taxed_elsewhere")]
    operations = [
        *(
            migrations.AddField(
                "sourcedocument", name, models.BooleanField(default=False, db_default=False)
            )
            for name in ("declares_salary", "declares_other")
        ),
        migrations.RunSQL(DECLARED),
        *sealing(
            "assessment",
            "SourceDocument",
            content=SealedJSONField(year="tax_year", row="document:{kind}:{source}"),
        ),
    ]
