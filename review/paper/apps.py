from django.apps import AppConfig


class PaperConfig(AppConfig):
    name = "review.paper"
    label = "paper"
    verbose_name = "書面の申告"
