from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("retention", "0007_more_kinds_of_records")]

    operations = [
        migrations.AddField(
            model_name="erasure",
            name="backups",
            field=models.JSONField(default=dict),
        ),
    ]
