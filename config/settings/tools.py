"""Commands that need no zone: no database, no secrets, no web pages."""

from django.core.management.utils import get_random_secret_key

from config.settings.base import *  # noqa: F403

SECRET_KEY = get_random_secret_key()
INSTALLED_APPS = ["config"]
DATABASES: dict[str, dict[str, object]] = {}
