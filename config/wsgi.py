"""The web process of the zone that ZONE names."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"config.settings.{os.environ['ZONE']}")

application = get_wsgi_application()

# What is loaded stays: the collector need not walk through it, nor come after every page. What is
# no cycle, nearly all of a page, goes without it.
gc.freeze()
gc.set_threshold(10_000, 20, 50)
