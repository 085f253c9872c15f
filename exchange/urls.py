from django.urls import path

from exchange import endpoints

urlpatterns = [
    path("healthz", endpoints.healthz, name="healthz"),
    path("exchange/v1/pull", endpoints.pull),
    path("exchange/v1/ack", endpoints.ack),
    path("exchange/v1/push", endpoints.push),
]
handler404 = "exchange.endpoints.not_found"
handler500 = "exchange.endpoints.server_error"
