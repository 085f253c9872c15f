"""Loading the register (宛名・番号紐付の取込) from files of one JSON object a line."""

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from review.addressees.folding import kana_key
from review.addressees.models import Addressee, CertificateLink
from review.audit.services import record_by
from review.staff.actors import Actor

CHUNK = 500


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a .jsonl or .csv file (with a header line)."""
    with path.open(encoding="utf-8", newline="") as lines:
        if path.suffix == ".csv":
            yield from csv.DictReader(lines)
        else:
            yield from (json.loads(line) for line in lines if line.strip())


def load_addressees(path: Path, *, by: Actor, now: datetime) -> int:
    """Load people (宛名); return how many are new. Names are kept exactly as they come."""
    with transaction.atomic():
        known = set(Addressee.objects.values_list("number", flat=True))
        new = [_addressee(row) for row in read_rows(path) if row["number"] not in known]
        Addressee.objects.bulk_create(new, batch_size=CHUNK)
        _write_down("addressees.loaded", len(new), by=by, now=now)
    return len(new)


def load_links(path: Path, *, by: Actor, now: datetime) -> int:
    """Load certificate links (番号紐付); return how many are new."""
    with transaction.atomic():
        ids = dict(Addressee.objects.values_list("number", "id"))
        pairs = CertificateLink.objects.values_list("issuer_key_id", "serial")
        known = {(issuer, serial) for issuer, serial in pairs}
        new = [
            CertificateLink(
                issuer_key_id=row["issuer_key_id"],
                serial=str(row["serial"]),
                addressee_id=ids[row["number"]],
            )
            for row in read_rows(path)
            if (row["issuer_key_id"], str(row["serial"])) not in known
        ]
        CertificateLink.objects.bulk_create(new, batch_size=CHUNK)
        _write_down("links.loaded", len(new), by=by, now=now)
    return len(new)


def _addressee(row: dict[str, Any]) -> Addressee:
    person = Addressee(
        number=row["number"],
        kana=row.get("kana", ""),
        birth_date=date.fromisoformat(row["birth_date"]),
        sex=str(row["sex"]),
        address=row["address"],
        address_jan1=row.get("address_jan1", row["address"]),
        ward=row.get("ward", ""),
    )
    person.take_name(row["name"])
    person.kana_key = kana_key(person.kana)
    person.take_number(row["personal_number"])
    return person


def _write_down(action: str, count: int, *, by: Actor, now: datetime) -> None:
    record_by(by, action, reason="台帳の取込", now=now, detail={"new": count})
