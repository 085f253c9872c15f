from django.apps import AppConfig


class TaxFilesConfig(AppConfig):
    name = "review.taxfiles"
    label = "taxfiles"
    verbose_name = "税務システムとの連携"
