from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RetentionConfig(AppConfig):
    name = "review.retention"
    label = "retention"
    verbose_name = "保存・消去"

    def ready(self) -> None:
        from review.retention.schedule import make_first

        post_migrate.connect(make_first, sender=self, dispatch_uid="retention-first-schedule")
