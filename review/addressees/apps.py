from django.apps import AppConfig


class AddresseesConfig(AppConfig):
    name = "review.addressees"
    label = "addressees"
    verbose_name = "宛名"
