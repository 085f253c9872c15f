"""Linking rows (宛名番号設定): candidates for an unlinked row; one proposes, another confirms.

The link goes to every row of the same key, so that a later 訂正 finds its person. The row's person
is erased from the row then: the register has them.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from review.addressees.models import Addressee, number_index
from review.audit.services import record_by
from review.errors import Refusal
from review.forwarding.models import ForwardingDecision
from review.reconcile.candidates import Candidate, Sought, candidates, compare
from review.sources import applying
from review.sources.finding import row_name
from review.sources.models import Entry, LinkProposal
from review.sources.rows import Subject
from review.staff.actors import Actor

# What goes to another municipality is nobody's here.
_FORWARDED = ForwardingDecision.objects.filter(
    entry=OuterRef("pk"), state=ForwardingDecision.State.DECIDED, retracted_at=None
)
CERTAIN = 100
CHUNK = 200


def unlinked() -> QuerySet[Entry]:
    """Return the rows that count but have no person, the oldest first; not what is forwarded."""
    rows = Entry.objects.filter(addressee__isnull=True, current=True)
    return rows.exclude(Exists(_FORWARDED)).order_by("id")


def subject_of(entry: Entry) -> Subject:
    """Return whose row it is, as the file says it."""
    if entry.subject_sealed is None:
        return Subject()
    row = row_name(entry.key, entry.digest)
    return Subject(
        **json.loads(settings.DATA_KEYRING.decrypt(bytes(entry.subject_sealed), row=row))
    )


def sought_in(entry: Entry) -> Sought:
    """Return what candidates are looked up by."""
    subject = subject_of(entry)
    return Sought(
        name=subject.name,
        kana=subject.kana,
        birth_date=date.fromisoformat(subject.birth_date) if subject.birth_date else None,
        sex=subject.sex,
        address=subject.address,
        number=subject.number,
    )


def candidates_for(entry: Entry) -> list[Candidate]:
    return candidates(sought_in(entry))


def propose(
    entry: Entry, addressee: Addressee, *, by: Actor, reason: str, now: datetime
) -> LinkProposal:
    """Propose whose row it is; nothing is linked before a second person confirms."""
    with transaction.atomic():
        locked = Entry.objects.select_for_update().get(pk=entry.pk)
        if locked.addressee_id is not None:
            raise Refusal(_("この資料には、すでに宛名番号が設定されています。"))
        if locked.proposals.filter(state=LinkProposal.State.OPEN).exists():
            raise Refusal(_("この資料は、確認待ちです。"))
        if not unlinked().filter(pk=locked.pk).exists():
            raise Refusal(_("回送を決めた資料です。宛名番号を設定するには、決定を取り消します。"))
        found = compare(addressee, sought_in(locked))
        proposal = LinkProposal.objects.create(
            entry=locked,
            addressee=addressee,
            score=found.score,
            agrees=list(found.agrees),
            proposed_by=by.id,
            proposed_at=now,
        )
        _write_down("source.link_proposed", proposal, by=by, reason=reason, now=now)
    return proposal


def confirm(proposal: LinkProposal, *, by: Actor, reason: str, now: datetime) -> LinkProposal:
    """Confirm another person's choice: the row and those of its key are linked, and count."""
    with transaction.atomic():
        applying.lock_sources()
        locked = _decide(proposal, LinkProposal.State.CONFIRMED, by=by, now=now)
        key = locked.entry.key
        rows = Entry.objects.filter(key=key, addressee__isnull=True)
        rows.update(addressee=locked.addressee, method="chosen")
        _settle([key], now=now)
        _write_down("source.linked", locked, by=by, reason=reason, now=now)
    return locked


def reject(proposal: LinkProposal, *, by: Actor, reason: str, now: datetime) -> LinkProposal:
    """Send another person's choice back to the work list."""
    with transaction.atomic():
        locked = _decide(proposal, LinkProposal.State.REJECTED, by=by, now=now)
        _write_down("source.link_rejected", locked, by=by, reason=reason, now=now)
    return locked


def propose_certain(*, by: Actor, reason: str, now: datetime) -> int:
    """Propose at once where number, name, kana, birth date or address leave one candidate of 100.

    Looks at the first rows of the work list that nobody has proposed yet; returns how many it did.
    """
    made = 0
    rows = unlinked().exclude(proposals__state=LinkProposal.State.OPEN)
    for entry in rows[:CHUNK]:
        best = [one for one in candidates_for(entry) if one.score >= CERTAIN and not one.against]
        if len(best) == 1:
            propose(entry, best[0].person, by=by, reason=reason, now=now)
            made += 1
    return made


def link_again(*, by: Actor, now: datetime) -> int:
    """Link rows whose number has come into the register since, where the name agrees."""
    with transaction.atomic():
        applying.lock_sources()
        rows = unlinked().filter(number_index__isnull=False)
        known = set(
            Addressee.objects.filter(number_index__in=rows.values("number_index")).values_list(
                "number_index", flat=True
            )
        )
        keys = []
        for entry in rows.iterator(chunk_size=CHUNK):
            if entry.number_index not in known:
                continue
            subject = subject_of(entry)
            person = Addressee.objects.get(number_index=number_index(subject.number))
            if {"name", "kana"} & set(compare(person, sought_in(entry)).agrees):
                Entry.objects.filter(key=entry.key, addressee__isnull=True).update(
                    addressee=person, method="number"
                )
                keys.append(entry.key)
        if keys:
            _settle(keys, now=now)
            detail = {"linked": len(keys)}
            record_by(
                by, "source.linked_again", reason="宛名番号の自動付設", now=now, detail=detail
            )
    return len(keys)


def _decide(proposal: LinkProposal, state: str, *, by: Actor, now: datetime) -> LinkProposal:
    locked = LinkProposal.objects.select_for_update().get(pk=proposal.pk)
    if locked.state != LinkProposal.State.OPEN:
        raise Refusal(_("この候補は、すでに処理されています。"))
    if locked.proposed_by == by.id:
        raise Refusal(_("自分が選んだ宛名を自分で確認することはできません。"))
    locked.state, locked.decided_by, locked.decided_at = state, by.id, now
    locked.save(update_fields=["state", "decided_by", "decided_at"])
    return locked


def _settle(keys: Iterable[str], *, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS source_touched")
        cursor.execute("CREATE TEMP TABLE source_touched (key text) ON COMMIT DROP")
        cursor.executemany(
            "INSERT INTO source_touched VALUES (%s)", [(key,) for key in sorted(set(keys))]
        )
    applying.settle("source_touched", now=now)


def _write_down(
    action: str, proposal: LinkProposal, *, by: Actor, reason: str, now: datetime
) -> None:
    person = proposal.addressee
    detail: dict[str, Any] = {"score": proposal.score, "agrees": proposal.agrees}
    record_by(
        by,
        action,
        reason=reason,
        now=now,
        subject=f"source-entry:{proposal.entry_id}",
        addressee_number=person.number,
        four_attributes=person.four_attributes,
        detail=detail,
    )
