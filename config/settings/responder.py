"""The OCSP responder that a zone may ask, if any."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import env


def responder_address(hosts: list[str]) -> str:
    """Return the address of the responder, empty where none is asked.

    ImproperlyConfigured where its host is not one of `hosts`, the outward list of the zone.
    """
    url = env.str("OCSP_URL", "")
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or parts.hostname not in hosts):
        raise ImproperlyConfigured("OCSP_URL must be http(s), its host one of REVOCATION_HOSTS")
    return url
