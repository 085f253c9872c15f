"""A resident's phone with the simulated デジタル認証アプリ, and the service behind it."""

import json
import re
import threading
from typing import Any

import requests
from django.conf import settings

from demo.auth_app.cards import Reader
from demo.auth_app.server import serve
from demo.auth_app.service import Client, Service
from signing.keys import generate_signing_key
from tests.portal.story import NUMBER_PIN, SIGNING_PIN

CLIENT_ID = "residentTaxTest"
CALLBACKS = ("/account/app/callback/", "/account/app/signed/")


class Phone:
    """Opens what the portal redirects to, chooses a card, and tells where the browser goes next."""

    def __init__(self, folder: Any, keys_dir: Any) -> None:
        self.cards = folder / "cards"
        self.cards.mkdir()
        client_key = generate_signing_key("portal-app-test")
        own = keys_dir / "auth-app"
        own.mkdir(parents=True, exist_ok=True)
        (own / f"{client_key.kid}.pem").write_bytes(client_key.pem)
        client = Client(
            CLIENT_ID,
            {client_key.kid: client_key.public().pem},
            tuple(settings.PORTAL_URL + path for path in CALLBACKS),
        )
        key = generate_signing_key("app-2026")
        self.service = Service("", key, client, Reader(self.cards, pseudonym_key=b"test"))
        self.server = serve(self.service, 0)
        self.service.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def add(self, stem: str, card: dict[str, Any]) -> None:
        (self.cards / f"{stem}.json").write_text(json.dumps(card), encoding="utf-8")

    def hang_up(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def opens(self, address: str) -> requests.Response:
        return self._session().get(address, allow_redirects=False, timeout=10)

    def uses(self, address: str, card: str, pin: str = "", **choice: str) -> str:
        """Hold a card to the phone; return the path that the browser comes back to."""
        return self.returns(self.tries(address, card, pin, **choice))

    def tries(self, address: str, card: str, pin: str = "", **choice: str) -> requests.Response:
        """Enter a PIN on the page that the address opens, and return the answer as it comes."""
        page = self.opens(address)
        handle = re.search(r'name="request" value="([^"]+)"', page.text)
        assert handle, (page.status_code, page.headers.get("Location"))
        pin = pin or (SIGNING_PIN if "sign_transaction_id" in address else NUMBER_PIN)
        form = {"request": handle[1], "action": "use", "card": card, "pin": pin, **choice}
        auth = address.split("?")[0]
        return self._session().post(auth, data=form, allow_redirects=False, timeout=10)

    def cancels(self, address: str) -> str:
        return self.uses(address, "", action="cancel")

    @staticmethod
    def returns(answer: requests.Response) -> str:
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"].removeprefix(settings.PORTAL_URL)

    @staticmethod
    def _session() -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        return session
