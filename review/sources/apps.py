from django.apps import AppConfig


class SourcesConfig(AppConfig):
    name = "review.sources"
    label = "sources"
    verbose_name = "課税資料の受付"
