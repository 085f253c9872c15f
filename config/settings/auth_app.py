"""The デジタル認証アプリ that the portal is registered with, if any."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import env


def auth_app(keys_dir: Path, *, demo: bool) -> tuple[str, str]:
    """Return the service's origin and this portal's name with it; empty where it is not offered.

    Refuses half a registration: residents would only find out at the service's door.
    """
    url, client_id = env.str("AUTH_APP_URL", "").rstrip("/"), env.str("AUTH_APP_CLIENT_ID", "")
    if not url:
        return "", ""
    if not demo and not url.startswith("https://"):
        raise ImproperlyConfigured("AUTH_APP_URL must begin with https:// outside the demo")
    if not client_id:
        raise ImproperlyConfigured("AUTH_APP_CLIENT_ID is missing: the name that the app knows")
    if not any((keys_dir / "auth-app").glob("*.pem")):
        raise ImproperlyConfigured(
            "KEYS_DIR/auth-app holds no key for AUTH_APP_URL; see auth-app.md"
        )
    return url, client_id
