"""What every zone shares of the project itself: form rendering, template tags, commands."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "config"
    label = "config"
