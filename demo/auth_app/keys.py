"""The simulator's own key, and the portal's registration with it (クライアント登録)."""

from pathlib import Path

from demo.home import Home
from signing.keys import PrivateKey, generate_signing_key

CLIENT_ID = "residentTaxDemo"
SERVICE_KEY, CLIENT_KEY = "auth-app-2026", "portal-auth-app-2026"


def make(home: Home) -> None:
    """Draw both keys once: the portal keeps its private half, the simulator gets the public one."""
    if home.auth_app.exists():
        return
    home.auth_app.mkdir(parents=True, mode=0o700)
    _write(home.auth_app / "service", generate_signing_key(SERVICE_KEY))
    client = generate_signing_key(CLIENT_KEY)
    _write(home.keys("portal") / "auth-app", client)
    folder = home.auth_app / "client"
    folder.mkdir()
    (folder / f"{client.kid}.pem").write_bytes(client.public().pem)


def _write(folder: Path, key: PrivateKey) -> None:
    folder.mkdir(parents=True, mode=0o700)
    path = folder / f"{key.kid}.pem"
    path.touch(mode=0o600)
    path.write_bytes(key.pem)
