"""Files returns whose cards have signed already: the machine's time goes to the way alone.

Runs as a process of the portal. Prepares COUNT signed returns, says "ready", and waits for a line;
then the portal verifies and submits one after the other, as the page does when a signature comes.
Ends with the CPU seconds that this took.
"""

import sys
import time
from pathlib import Path

import django

django.setup()

from django.utils import timezone  # noqa: E402

from chaos.card import open_made  # noqa: E402
from chaos.feeder import blank_draft, return_of  # noqa: E402
from filing import write_xml  # noqa: E402
from portal.models import PreparedSignature  # noqa: E402
from portal.services.signing import complete  # noqa: E402
from portal.services.submission import submit  # noqa: E402
from signing.xades import prepare  # noqa: E402


def main(folder: Path, count: int) -> None:
    """Prepare, say so, wait for the word, file."""
    card, holder = open_made(folder)
    waiting = [_signed(card, holder) for _ in range(count)]
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.process_time()
    for draft, prepared_id, signature in waiting:
        now = timezone.now()
        signed = complete(draft, prepared_id, signature, now=now)
        submit(draft, signed, by="bench", now=now)
    print(time.process_time() - began, flush=True)


def _signed(card, holder):
    """Return a draft, what was prepared for its signature, and the card's signature."""
    now = timezone.now()
    attributes = {name: holder[name] for name in ("name", "birth_date", "sex", "address")}
    draft = blank_draft(now, card=attributes)
    document = return_of(holder, str(draft.filing_id))
    prepared = prepare(write_xml(document), card.certificate_der, signing_time=now)
    row = PreparedSignature(draft=draft, draft_version=draft.version, created_at=now)
    row.content = {"prepared": prepared.dump(), "challenge": document.challenge, "papers": []}
    row.save()
    return draft, row.pk, card.sign(prepared.signed_info)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
