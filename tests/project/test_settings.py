"""A zone refuses to start without its secrets, or with another's."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
KEY = "a:" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
PORTAL = {
    "ZONE": "portal",
    "ENV_FILE": os.devnull,
    "SECRET_KEY": secrets.token_urlsafe(60),
    "DATABASE_URL": "postgres://portal:secret@127.0.0.1:5432/portal",
    "REDIS_URL": "redis://:secret@127.0.0.1:6379/0",
    "KEYS_DIR": "keys",
    "DATA_KEYS": KEY,
    "ANCHORS_DIR": "anchors",
    "CRLS_DIR": "crls",
    "PORTAL_URL": "https://portal.invalid",
    "ALLOWED_HOSTS": "portal.invalid",
}


def check(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "check", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
    )


def test_portal_passes_the_deployment_check_with_everything_set() -> None:
    done = check(PORTAL, "--deploy", "--fail-level", "WARNING")

    assert (done.returncode, done.stdout) == (0, done.stdout)


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL", "DATA_KEYS"])
def test_portal_refuses_to_start_without_a_secret(name: str) -> None:
    done = check({key: value for key, value in PORTAL.items() if key != name})

    assert done.returncode == 1
    assert f"{name} is not set" in done.stderr


def test_portal_refuses_the_database_of_another_zone() -> None:
    foreign = "postgres://review:secret@127.0.0.1:5432/review"

    done = check(PORTAL | {"DATABASE_URL": foreign})

    assert done.returncode == 1
    assert "names the database review" in done.stderr


def test_settings_of_one_zone_refuse_another_zones_name() -> None:
    mixed = PORTAL | {"ZONE": "relay", "DJANGO_SETTINGS_MODULE": "config.settings.portal"}

    done = check(mixed)

    assert done.returncode == 1
    assert "these are the settings of portal, but ZONE is relay" in done.stderr


@pytest.mark.req("OPS-02")
def test_places_of_backups_are_read_from_the_zones_own_file(tmp_path: Path) -> None:
    file = tmp_path / "portal.env"
    named = {"BACKUP_SITE": "福岡データセンター", "BACKUP_SECOND_DIR": "/elsewhere"}
    file.write_text("".join(f"{name}={value}\n" for name, value in named.items()))
    code = f"from django.conf import settings; print([getattr(settings, n) for n in {[*named]}])"

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "config.settings.portal",
            **PORTAL,
            "ENV_FILE": str(file),
        },
        capture_output=True,
        text=True,
    )

    assert done.stdout == f"{[*named.values()]}\n", done.stderr


def test_what_stands_in_the_file_of_a_zone_counts_for_all_its_settings(tmp_path: Path) -> None:
    file = tmp_path / "portal.env"
    named = PORTAL | {"LOG_LEVEL": "WARNING", "STATIC_ROOT": str(tmp_path / "collected")}
    file.write_text(
        "".join(f"{key}={value}\n" for key, value in named.items() if key != "ENV_FILE")
    )

    done = subprocess.run(
        [sys.executable, "manage.py", "diffsettings", "--output", "unified"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ZONE": "portal", "ENV_FILE": str(file)},
        capture_output=True,
        text=True,
    )

    assert "'level': 'WARNING'" in done.stdout
    assert f"STATIC_ROOT = {(tmp_path / 'collected')!r}" in done.stdout
