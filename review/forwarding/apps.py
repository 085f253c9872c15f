from django.apps import AppConfig


class ForwardingConfig(AppConfig):
    name = "review.forwarding"
    label = "forwarding"
    verbose_name = "回送"
