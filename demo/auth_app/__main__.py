"""Serve the simulator of a demo: `python -m demo.auth_app` (DEMO_HOME and PORT_BASE as usual)."""

from demo.auth_app.cards import Reader
from demo.auth_app.keys import CLIENT_ID
from demo.auth_app.server import serve
from demo.auth_app.service import Client, Service
from demo.home import Home
from signing.keys import PrivateKey, read_directory

CALLBACKS = ("/account/app/callback/", "/account/app/signed/")


def service_of(home: Home) -> Service:
    """Return the service as the demo's folder describes it."""
    kid, pem = next(iter(read_directory(home.auth_app / "service").items()))
    client = Client(
        CLIENT_ID,
        read_directory(home.auth_app / "client"),
        tuple(home.url("portal") + path for path in CALLBACKS),
    )
    reader = Reader(home.cards, pseudonym_key=pem)
    return Service(home.url("auth-app"), PrivateKey(kid, pem), client, reader)


if __name__ == "__main__":
    home = Home.default()
    serve(service_of(home), home.port("auth-app")).serve_forever()
