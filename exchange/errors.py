"""How a message is refused: a stable code, never what was in it."""


class Refused(Exception):
    """A permanent refusal: trying again would change nothing, a person must look."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


class PeerError(Exception):
    """The peer did not answer as the protocol says; trying again may help."""
