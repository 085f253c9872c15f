"""The settings of the zone that ZONE names, with a quick password hasher and tasks run by hand."""

import os
from importlib import import_module

_zone = import_module(f"config.settings.{os.environ['ZONE']}")
globals().update({name: value for name, value in vars(_zone).items() if name.isupper()})

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests call services and tasks themselves: a hint that is sent wakes nobody.
CELERY_TASK_ALWAYS_EAGER = False
# Two runs at the same time do not share a database. Each copies one that is migrated already.
_test = {
    "NAME": f"test_{os.environ['ZONE']}_{os.environ['TEST_RUN']}",
    "TEMPLATE": os.environ.get("TEST_TEMPLATE"),
}
DATABASES = {name: {**values, "TEST": dict(_test)} for name, values in _zone.DATABASES.items()}
