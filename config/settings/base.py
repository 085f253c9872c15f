"""What the three sites have in common. Zone modules add their own applications and secrets."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF

from config.settings.environment import ROOT, logging

DEBUG = False
DEMO = False
LANGUAGE_CODE = "ja"
# Staff work in Japanese. What residents may choose besides stands in portal.py.
LANGUAGES = [("ja", "日本語")]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
USE_I18N = True
# Each zone names the folder of its own keys.
KEYS_DIR = Path()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MUNICIPALITY_FILE = ROOT / "config" / "municipalities" / "kumamoto.toml"

SHARED_APPS = ["config", "jobs", "exchange", "django.contrib.contenttypes"]
SITE_APPS = [
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
]

SITE_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.policy.PolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "config.context.municipality",
            ],
        },
    },
]
FORM_RENDERER = "config.forms.FieldRenderer"

STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "staticfiles"
STATICFILES_DIRS = [ROOT / "static"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True

PASSWORD_HASHERS = ["config.hashing.PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# What no worker runs and the operator's timer does: name and longest time between two of them.
JOBS_FROM_OUTSIDE = {"backup": timedelta(days=1)}
# Every backup is copied there. What the city calls the data centres of both places, and where they
# stand: the first, and another one in Japan. A zone's own values come with `zone_settings`.
BACKUP_SECOND_DIR = ""
BACKUP_FIRST_SITE = BACKUP_FIRST_ADDRESS = ""
BACKUP_SITE = BACKUP_SITE_ADDRESS = ""
# So long a backup is kept; review's certificates tell until when it still holds what was erased.
BACKUPS_KEPT_DAYS = 35

CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_TIME_LIMIT = 120
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A hint that cannot be delivered is dropped at once: the sweep finds the row anyway.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 3, "socket_connect_timeout": 1}

LOGGING = logging("INFO")


# Collected files carry a digest in their names, are kept by browsers for ever and lie compressed.
COLLECTED = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FROM_SOURCES = COLLECTED | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}


def hardened(*, https: bool) -> dict[str, object]:
    """Return the cookie, transport and file settings: strict where the site is served over HTTPS.

    A demo needs no `collectstatic`: its style sheets and scripts are served from their sources.
    """
    return {
        "STORAGES": COLLECTED if https else FROM_SOURCES,
        "WHITENOISE_USE_FINDERS": not https,
        "SESSION_COOKIE_SECURE": https,
        "CSRF_COOKIE_SECURE": https,
        "SECURE_SSL_REDIRECT": https,
        "SECURE_HSTS_SECONDS": 63_072_000 if https else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": https,
        "SECURE_HSTS_PRELOAD": https,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if https else None,
    }
