"""What the style guide needs around it when no zone is installed."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.test import override_settings
from django.urls import include, path

from config.styleguide import styleguide

urlpatterns = [path("", styleguide), path("i18n/", include("django.conf.urls.i18n"))]

CONTACT = {"name": "見本市 市民税課", "telephone": "000-000-0000"}


def city(request: HttpRequest) -> dict[str, Any]:
    return {"municipality": {"name": "見本市", "contacts": [CONTACT]}, "demo": True}


def framed() -> override_settings:
    """Return the settings with the frames' template tags and without any zone."""
    engine = settings.TEMPLATES[0]
    processors = [
        "django.template.context_processors.request",
        "django.template.context_processors.i18n",
        "csp.context_processors.nonce",
        "tests.design.frame.city",
    ]
    return override_settings(
        INSTALLED_APPS=["config", "django_htmx", "csp", "django.contrib.staticfiles"],
        ROOT_URLCONF="tests.design.frame",
        ALLOWED_HOSTS=["design.test"],
        TEMPLATES=[engine | {"OPTIONS": {"context_processors": processors}}],
        MIDDLEWARE=[
            "csp.middleware.CSPMiddleware",
            "django.middleware.locale.LocaleMiddleware",
        ],
    )
