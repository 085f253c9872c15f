from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "review.papers"
    label = "papers"
    verbose_name = "添付書類"
