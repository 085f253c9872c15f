from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"
    label = "jobs"
    verbose_name = "バッチの状況"

    def ready(self) -> None:
        from jobs import signals  # noqa: F401  (Celery calls them)
