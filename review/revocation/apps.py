from django.apps import AppConfig


class RevocationConfig(AppConfig):
    name = "review.revocation"
    label = "revocation"
    verbose_name = "失効情報"
