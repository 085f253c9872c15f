"""What a zone takes from its environment, read in one place.

A zone's values stand in the environment or in the file that ENV_FILE names (by default the one
that `make demo` wrote for the zone). A missing secret stops the start with a hint.
"""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

from config.settings.safety import refuse_demo_keys

ROOT = Path(__file__).resolve().parent.parent.parent

env = Env()


def load(zone: str) -> None:
    """Read the zone's file into the environment and refuse another zone's."""
    path = Path(os.environ.get("ENV_FILE", ROOT / ".local" / "zones" / f"{zone}.env"))
    if path.exists():
        env.read_env(str(path), recurse=False)
    named = os.environ.get("ZONE", zone)
    if named != zone:
        raise ImproperlyConfigured(f"these are the settings of {zone}, but ZONE is {named}")


def secret(name: str, hint: str) -> str:
    """Return a value that the zone cannot run without."""
    try:
        return env.str(name)
    except EnvError as error:
        raise ImproperlyConfigured(f"{name} is not set: {hint}") from error


def database_of(zone: str) -> dict[str, object]:
    """Return Django's database entry, refused where the address names another zone's database."""
    url = secret("DATABASE_URL", f"postgres://{zone}:password@host/{zone}; `make demo` writes one")
    entry = env.dj_db_url("DATABASE_URL", url)
    if zone not in str(entry["NAME"]):
        raise ImproperlyConfigured(f"DATABASE_URL of {zone} names the database {entry['NAME']}")
    engine = {"ENGINE": "config.postgres"}
    return {**entry, **engine, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def zone_settings(zone: str) -> dict[str, object]:
    """Return what every zone takes from its environment under the same names."""
    load(zone)
    demo = env.bool("DEMO", False)
    hosts = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost"] if demo else [])
    keys = Path(secret("KEYS_DIR", "the folder of this zone's keys; see docs/keys.md"))
    if not demo:
        refuse_demo_keys(keys)
    return {
        "ZONE": zone,
        "SITE": env.str("SITE", "web"),
        "DEMO": demo,
        "SECRET_KEY": secret("SECRET_KEY", "50 random characters, its own in each zone"),
        "DATABASES": {"default": database_of(zone)},
        "ALLOWED_HOSTS": hosts,
        "CELERY_BROKER_URL": secret("REDIS_URL", "redis://:password@host:port/0, this zone's own"),
        "CELERY_TASK_DEFAULT_QUEUE": zone,
        "KEYS_DIR": keys,
        "SESSION_COOKIE_NAME": f"{zone}_session",
        "CSRF_COOKIE_NAME": f"{zone}_csrf",
        "STATIC_ROOT": Path(env.str("STATIC_ROOT", str(ROOT / "staticfiles"))),
        "LOGGING": logging(env.str("LOG_LEVEL", "INFO")),
        **backup_settings(),
    }


def backup_settings() -> dict[str, object]:
    """Return where backups go and how long they stay; only once the file is read."""
    names = ("SECOND_DIR", "FIRST_SITE", "FIRST_ADDRESS", "SITE", "SITE_ADDRESS")
    places = {f"BACKUP_{name}": env.str(f"BACKUP_{name}", "") for name in names}
    return {**places, "BACKUPS_KEPT_DAYS": env.int("BACKUPS_KEPT_DAYS", 35)}


def logging(level: str) -> dict[str, object]:
    """Return where log lines go and which.

    Bodies of requests and parameters of statements never reach a log: they may hold a 個人番号.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
    }
