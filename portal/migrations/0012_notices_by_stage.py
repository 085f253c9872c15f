"""A return withdrawn or forwarded is no longer told of as one that was not accepted."""

from django.db import migrations, models
from django.utils import timezone


def name_by_stage(apps, schema_editor):
    Notice = apps.get_model("portal", "Notice")
    closed = Notice.objects.filter(kind="closed")
    renamed = {
        stage: closed.filter(submission__stage=stage).update(kind=stage)
        for stage in ("withdrawn", "forwarded")
    }
    if any(renamed.values()):
        apps.get_model("portal", "Event").objects.create(
            at=timezone.now(),
            actor="release:portal.0012",
            action="notices.named",
            subject="notices",
            detail=renamed,
        )


class Migration(migrations.Migration):
    dependencies = [("portal", "0011_persons_of_before")]
    operations = [
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("submitted", "受け付けました"),
                    ("needs_correction", "訂正のお願い"),
                    ("completed", "手続きが終わりました"),
                    ("closed", "受け付けられませんでした"),
                    ("intake_error", "受け付けられませんでした。もう一度申告してください"),
                    ("withdrawn", "取下げを受け付けました"),
                    ("forwarded", "ほかの市区町村へ回送しました"),
                    ("delayed", "市役所への到着が遅れています"),
                    ("reminder", "申告の期限が近づきました"),
                    ("expiring", "作成中の申告がもうすぐ消えます"),
                ],
                max_length=20,
            ),
        ),
        migrations.RunPython(name_by_stage, migrations.RunPython.noop),
    ]
