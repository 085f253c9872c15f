"""The exchange endpoint's URLs: the relay's whole site, and the portal's second door."""

from django.urls import path

from exchange import endpoints

urlpatterns = [
    path("healthz", endpoints.healthz, name="healthz"),
    path("metrics", endpoints.metrics, name="metrics"),
    path("exchange/v1/pull", endpoints.pull, name="exchange-pull"),
    path("exchange/v1/ack", endpoints.ack, name="exchange-ack"),
    path("exchange/v1/push", endpoints.push, name="exchange-push"),
    path("exchange/v1/account", endpoints.account, name="exchange-account"),
]
handler404 = "exchange.endpoints.not_found"
handler500 = "exchange.endpoints.server_error"
