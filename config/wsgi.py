"""The web process of the zone that ZONE names."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"config.settings.{os.environ['ZONE']}")

application = get_wsgi_application()
