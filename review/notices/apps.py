from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "review.notices"
    label = "notices"
    verbose_name = "通知書・証明書"
