"""Revocation source (失効確認): answers from the table of imported lists, in one statement."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from django.db import connection

from review.revocation.models import RevocationList, RevokedCertificate
from signing.answers import REVOKED, RevocationAnswer, decide, not_checked
from signing.certificates import subject_key_id
from signing.crl import CrlFacts, distribution_points, point_keys

LISTS, ENTRIES = RevocationList._meta.db_table, RevokedCertificate._meta.db_table
COLUMNS = """l.points, l.complete, l.number::text, l.this_update, l.next_update, l.sha256,
             l.superseded_at IS NULL"""
STATEMENT = f"""
    SELECT {COLUMNS}, e.revoked_at FROM {ENTRIES} e JOIN {LISTS} l ON l.id = e.revocation_list_id
    WHERE e.serial = %(serial)s AND l.issuer_key_id = %(issuer)s
    UNION ALL
    SELECT {COLUMNS}, NULL FROM {LISTS} l
    WHERE l.issuer_key_id = %(issuer)s AND l.superseded_at IS NULL
"""  # noqa: S608


@dataclass(frozen=True)
class TableRevocation:
    """A source made of the lists in this zone's table. `grace` extends every nextUpdate."""

    grace: timedelta = timedelta(0)

    def status(
        self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
    ) -> RevocationAnswer:
        """Return what the lists of the issuer's key say together; a revocation wins.

        Only the current list can say good; an older one counts where it alone names the serial.
        """
        key_id = subject_key_id(issuer)
        points = point_keys(distribution_points(certificate))
        asked: dict[str, int | str] = {"serial": certificate.serial_number, "issuer": key_id}
        with connection.cursor() as cursor:
            cursor.execute(STATEMENT, asked)
            rows = cursor.fetchall()
        answers = list(self._answers(rows, key_id, points, at))
        return decide(answers) if answers else not_checked("UNAVAILABLE")

    def _answers(
        self, rows: Iterable[tuple[Any, ...]], key_id: str, points: frozenset[str], at: datetime
    ) -> Iterable[RevocationAnswer]:
        for covered, complete, number, since, until, sha256, current, revoked_at in rows:
            facts = CrlFacts(
                issuer_key_id=key_id,
                this_update=since,
                next_update=until,
                sha256=sha256,
                number=int(number),
                scope=frozenset(),
                complete=complete,
                grace=self.grace,
            )
            answer = facts.answer(revoked_at, at, frozenset())
            named = json.loads(covered)
            # A list that covers another part is silent about this certificate.
            speaks = current and (not named or not points.isdisjoint(named))
            if speaks or answer.status == REVOKED:
                yield answer
