"""Addresses of the デジタル認証アプリ: beginning, signing in, reading the card, signing."""

from django.urls import path

from portal.identity import views
from portal.views import app_card, app_start

urlpatterns = [
    path("start/", app_start.start, name="app-start"),
    path("login/", views.login, name="auth_app_login"),
    path("callback/", views.callback, name="auth_app_callback"),
    path("register/", views.register, name="socialaccount_signup"),
    path("read/<slug:place>/", app_card.read, name="app-read"),
    path("number/<slug:place>/", app_card.number, name="app-number"),
    path("sign/<slug:place>/", app_card.sign, name="app-sign"),
    path("signed/", app_card.signed, name="app-signed"),
]
