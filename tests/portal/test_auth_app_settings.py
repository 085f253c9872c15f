"""A portal with half a registration at the app does not start, and says what is missing."""

import os
import subprocess
import sys

import pytest

from signing.keys import generate_signing_key

# The zone's cache, which every story begins by emptying, is a table.
pytestmark = pytest.mark.django_db


def starts(tmp_path, *, keys: bool = True, **settings: str) -> str:
    """Return what a portal with these settings says on standard error before it ends."""
    if keys:
        (tmp_path / "auth-app").mkdir()
        key = generate_signing_key("portal-app")
        (tmp_path / "auth-app" / f"{key.kid}.pem").write_bytes(key.pem)
    environment = os.environ | {"KEYS_DIR": str(tmp_path), **settings}
    command = [sys.executable, "-c", "import config.settings.portal"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    return done.stderr


def test_whole_registration_starts(tmp_path):
    said = starts(tmp_path, AUTH_APP_URL="https://app.example", AUTH_APP_CLIENT_ID="portal")

    assert said == ""


@pytest.mark.parametrize(
    ("settings", "hint"),
    [
        ({"AUTH_APP_CLIENT_ID": ""}, "AUTH_APP_CLIENT_ID is missing"),
        ({"keys": False}, "KEYS_DIR/auth-app holds no key"),
        ({"DEMO": "0", "AUTH_APP_URL": "http://app.example"}, "must begin with https://"),
    ],
)
def test_half_a_registration_stops_the_start_with_a_hint(tmp_path, settings, hint):
    whole = {"AUTH_APP_URL": "https://app.example", "AUTH_APP_CLIENT_ID": "portal"}

    assert hint in starts(tmp_path, **whole | settings)
