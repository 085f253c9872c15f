"""How a zone reaches its peer: over HTTPS, with certificates on both sides."""

from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import env, secret

LOOPBACK = ("127.0.0.1", "::1", "localhost")
TLS_FILES = {
    "certificate": "EXCHANGE_TLS_CERTIFICATE",
    "key": "EXCHANGE_TLS_KEY",
    "authority": "EXCHANGE_TLS_AUTHORITY",
}


def peer_address(name: str, hint: str) -> str:
    """Return a peer's address; refused where messages would go between machines in the clear.

    A demo is one machine, whatever its addresses.
    """
    url = secret(name, hint)
    parts = urlsplit(url)
    if parts.scheme == "https":
        if not mutual_tls():
            needed = ", ".join(TLS_FILES.values())
            raise ImproperlyConfigured(f"{name}: both sides show certificates, set {needed}")
    elif parts.scheme != "http" or not (parts.hostname in LOOPBACK or env.bool("DEMO", False)):
        raise ImproperlyConfigured(f"{name} must be https; http only within one machine")
    return url.rstrip("/")


def mutual_tls() -> dict[str, str] | None:
    """Return the files of this zone's certificate, its key, and the authority of its peers."""
    files = {use: env.str(name, "") for use, name in TLS_FILES.items()}
    if not any(files.values()):
        return None
    for use, path in files.items():
        if not Path(path).is_file():
            raise ImproperlyConfigured(f"{TLS_FILES[use]} names no file: {path or 'not set'}")
    return files
