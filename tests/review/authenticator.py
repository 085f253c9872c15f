"""A security key in software, for tests only: it answers as a 職員証 would."""

import hashlib
import json
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

ORIGIN = "http://localhost:8003"
PRESENT = AuthenticatorData.FLAG.UP


class Authenticator:
    """One key: its secret, its id, and how often it was used."""

    def __init__(self, origin=ORIGIN):
        self.origin = origin
        self.secret = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(16)
        self.count = 0

    def register(self, options):
        """Answer the options of a registration."""
        options = json.loads(options)
        public = ES256.from_cryptography_key(self.secret.public_key())
        data = AuthenticatorData.create(
            hashlib.sha256(options["rp"]["id"].encode()).digest(),
            PRESENT | AuthenticatorData.FLAG.AT,
            self.count,
            AttestedCredentialData.create(b"\0" * 16, self.id, public),
        )
        client = self._client(CollectedClientData.TYPE.CREATE, options)
        return self._answer(
            clientDataJSON=client,
            attestationObject=AttestationObject.create("none", data, {}),
        )

    def answer(self, options):
        """Answer the options of a log-in; each use is counted."""
        options = json.loads(options)
        self.count += 1
        data = AuthenticatorData.create(
            hashlib.sha256(options["rpId"].encode()).digest(), PRESENT, self.count
        )
        client = self._client(CollectedClientData.TYPE.GET, options)
        signature = self.secret.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature)

    def _client(self, kind, options):
        challenge = websafe_decode(options["challenge"])
        return CollectedClientData.create(kind, challenge, self.origin)

    def _answer(self, **response):
        name = websafe_encode(self.id)
        parts = {key: websafe_encode(bytes(value)) for key, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": parts})
