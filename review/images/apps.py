from django.apps import AppConfig


class ImagesConfig(AppConfig):
    name = "review.images"
    label = "images"
    verbose_name = "課税資料イメージ"
