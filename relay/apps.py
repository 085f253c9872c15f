from django.apps import AppConfig


class RelayConfig(AppConfig):
    name = "relay"
    label = "relay"
    verbose_name = "連携サーバ"
