from django.apps import AppConfig


class LevyConfig(AppConfig):
    name = "review.levy"
    label = "levy"
    verbose_name = "当初賦課・更正"
