from django.apps import AppConfig


class TransfersConfig(AppConfig):
    name = "review.transfers"
    label = "transfers"
    verbose_name = "移転・提供"
