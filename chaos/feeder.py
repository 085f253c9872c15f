"""Files signed returns through the portal's own `submit`, one after the other, until it is ended.

Runs as a process of the portal. What has been committed is noted on a ledger, line by line: only
that counts as acknowledged. While the file `pause` lies beside the ledger it waits.
"""

import json
import os
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import django

django.setup()

from django.db import DatabaseError, InterfaceError, connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from chaos.card import MARK, open_made  # noqa: E402
from filing import Person, Return, write_xml  # noqa: E402
from portal.models import Draft, Resident, Submission  # noqa: E402
from portal.services.signing import SignedReturn  # noqa: E402
from portal.services.submission import submit  # noqa: E402
from signing.xades import assemble, prepare  # noqa: E402


def main(folder: Path, rate: float) -> None:
    """File returns at a rate until a signal comes."""
    card, holder = open_made(folder)
    with (folder / "ledger.jsonl").open("a", encoding="utf-8") as ledger:
        while True:
            began = time.monotonic()
            if not (folder / "pause").exists():
                _file_and_note(card, holder, ledger)
            time.sleep(max(0.0, 1 / rate - (time.monotonic() - began)))


def _file_and_note(card: Any, holder: dict[str, str], ledger: Any) -> None:
    try:
        made = _file(card, holder)
    except (DatabaseError, InterfaceError, OSError):
        # Nobody was told that this one was taken: it may be there or not.
        connection.close()
        return
    line = {"receipt_number": made.receipt_number, "message_id": str(made.message_id)}
    ledger.write(json.dumps(line) + "\n")
    ledger.flush()
    os.fsync(ledger.fileno())


def _file(card: Any, holder: dict[str, str]) -> Submission:
    now = timezone.now()
    draft = blank_draft(now, card={})
    document = return_of(holder, str(draft.filing_id))
    prepared = prepare(write_xml(document), card.certificate_der, signing_time=datetime.now(UTC))
    xml = assemble(prepared, card.sign(prepared.signed_info))
    return submit(draft, SignedReturn(xml, document, 1, ""), by="chaos", now=now)


def blank_draft(now: datetime, *, card: dict[str, str]) -> Draft:
    """Return a draft of a resident of its own, stored."""
    resident = Resident.objects.create(email=f"{uuid4().hex}@example.invalid")
    draft = Draft(
        resident=resident, tax_year="R9", form_version="chaos", purpose_version="2026-1",
        created_at=now, changed_at=now,
    )  # fmt: skip
    draft.content = {"card": card, "data": {}}
    draft.save(force_insert=True)
    return draft


def return_of(holder: dict[str, str], filing_id: str) -> Return:
    """Return what the holder files: one salary, from a payer who is a mark."""
    filer = Person(**{**holder, "birth_date": date.fromisoformat(holder["birth_date"])})
    salary = {"payer": MARK, "revenue": 3_200_000, "withheld_tax": 0, "social_insurance": 480_000}
    return Return(
        tax_year="R9",
        filing_id=filing_id,
        version=1,
        challenge=uuid4().hex,
        prepared_on=date.today(),
        municipality_code="431001",
        filer=filer,
        address_jan1=holder["address"],
        phone="096-000-0000",
        purpose_version="2026-1",
        answers={"income_kinds": ["salary"], "salaries": [salary]},
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
