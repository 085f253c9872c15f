from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "review.retention"
    label = "retention"
    verbose_name = "保存・消去"
