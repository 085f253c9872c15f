"""The internal zone (申請管理 and 賦課): its parts are applications of their own."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "review"
    label = "review"
    verbose_name = "内部ゾーン"
