from django.apps import AppConfig


class IntermediateConfig(AppConfig):
    name = "review.intermediate"
    label = "intermediate"
    verbose_name = "中間サーバー"
