"""The DMZ: carries sealed messages between its two peers and keeps none of their keys."""

from datetime import timedelta
from typing import Any

from config.settings.base import *  # noqa: F403
from config.settings.base import SHARED_APPS
from config.settings.environment import env, zone_settings
from config.settings.peers import mutual_tls, peer_address

globals().update(zone_settings("relay"))

ROOT_URLCONF = "exchange.urls"
INSTALLED_APPS = [*SHARED_APPS, "relay"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
TEMPLATES = []

PORTAL = peer_address("PORTAL_EXCHANGE_URL", "the portal's exchange endpoint")
EXCHANGE: dict[str, Any] = {
    "zone": "relay",
    # The only address this zone ever opens a connection to.
    "pulls_from": {"portal": PORTAL},
    "pushes_to": {"portal": PORTAL},
    "tls": mutual_tls(),
    "pulled_by": ["review"],
    "accepts_from": ["review"],
    "forwards": True,
    # Sealed bodies go so long after the acknowledged hand-over; ids and digests stay.
    "bodies_kept": timedelta(days=env.int("BODIES_KEPT_DAYS", 7)),
    # The ids and digests stay far longer than anybody could still bring a message again.
    "rows_kept": timedelta(days=env.int("ROWS_KEPT_DAYS", 400)),
    "handlers": {},
}
CELERY_BEAT_SCHEDULE = {
    "pull": {"task": "exchange.tasks.pull_all", "schedule": timedelta(seconds=1)},
    "push": {"task": "exchange.tasks.push_all", "schedule": timedelta(seconds=1)},
    "watch": {"task": "exchange.tasks.watch", "schedule": timedelta(minutes=1)},
    "clean-up": {"task": "exchange.tasks.clean_up", "schedule": timedelta(minutes=10)},
    "process-inbox": {"task": "exchange.tasks.process_inbox", "schedule": timedelta(seconds=2)},
}
