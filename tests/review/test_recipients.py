"""Recipients: entered by one, confirmed by another with the fingerprint that the recipient told."""

import pytest
from django.db import IntegrityError, transaction

from exchange import keys
from review.errors import Refusal
from review.recipients import services
from review.recipients.models import Recipient
from review.recipients.queries import in_force, municipality_named, only
from review.recipients.sealing import seal_for
from signing.errors import EnvelopeError
from signing.handover import open_file, recipient_key
from signing.keys import generate_encryption_key, generate_signing_key
from tests.review import handing
from tests.review.story import NOW, REASON, actor

PEM = handing.key_pair().public().pem.decode()


def told(staff, name):
    return {"by": actor(staff[name]), "reason": REASON, "now": NOW}


def proposed(staff, who=handing.PRINTER, **more):
    given = who | {"pem": PEM} | more
    return services.propose(given, why="契約", **told(staff, "suzuki"))


def test_key_counts_only_after_another_person_typed_its_fingerprint(db, staff):
    row = proposed(staff)
    with pytest.raises(Refusal, match="公開鍵がありません"):
        only("printer")
    right = row.fingerprint
    with pytest.raises(Refusal, match="自分が起案"):
        services.confirm(row, fingerprint=right, **told(staff, "suzuki"))
    with pytest.raises(Refusal, match="16けた以上"):
        services.confirm(row, fingerprint=right[:15], **told(staff, "tanaka"))
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    with pytest.raises(Refusal, match="登録された公開鍵と違います"):
        services.confirm(row, fingerprint=wrong, **told(staff, "tanaka"))
    shown = " ".join(right[at : at + 4] for at in range(0, 24, 4)).upper()

    services.confirm(row, fingerprint=shown, **told(staff, "tanaka"))

    assert only("printer") == row
    with pytest.raises(IntegrityError, match="decided_by_another"), transaction.atomic():
        Recipient.objects.update(decided_by="K1001")


def test_newest_decision_counts_and_an_end_ends_it(db, staff):
    handing.enter(staff)
    other = generate_encryption_key("x").public().pem.decode()
    row = services.propose(
        handing.PRINTER | {"pem": other}, why="鍵の更新", **told(staff, "suzuki")
    )
    newer = services.confirm(row, fingerprint=row.fingerprint, **told(staff, "tanaka"))
    assert only("printer") == newer
    second = handing.enter(staff, handing.PRINTER | {"code": "99"})
    with pytest.raises(Refusal, match="1つ選んで"):
        only("printer")
    assert only("printer", "99") == second
    ended = services.propose(
        handing.PRINTER | {"ends": True}, why="契約の終了", **told(staff, "suzuki")
    )
    services.confirm(ended, fingerprint="", **told(staff, "tanaka"))

    assert in_force("printer") == [second]


def test_bad_keys_and_codes_are_named(db, staff):
    with pytest.raises(Refusal, match="3072ビット以上のRSA"):
        proposed(staff, pem="-----BEGIN nothing-----")
    with pytest.raises(Refusal, match="3072ビット以上のRSA"):
        proposed(staff, pem=generate_signing_key("x").public().pem.decode())
    with pytest.raises(Refusal, match="検査数字"):
        proposed(staff, handing.FUKUOKA | {"code": "401308"})
    proposed(staff)
    with pytest.raises(Refusal, match="確認を待っている"):
        proposed(staff)


def test_municipality_is_found_by_name_or_by_the_code_of_a_payers_file(db, staff):
    fukuoka = handing.enter(staff, handing.FUKUOKA)

    assert municipality_named("福岡県福岡市") == fukuoka
    assert municipality_named("市区町村コード 401307") == fukuoka
    assert municipality_named("福岡県") is None


def test_sealed_file_opens_for_its_recipient_alone(db, staff):
    row = handing.enter(staff)
    sealed = seal_for(row, "a.csv", b"a secret", count=3, at=NOW)

    name, content, slip = handing.opened(sealed)

    assert (name, content, slip["count"]) == ("a.csv", b"a secret", 3)
    assert (slip["recipient"], slip["sealed_sha256"]) == (row.name, sealed.sha256)
    own = keys.own_signing_key().public()
    with pytest.raises(EnvelopeError, match="unknown"):
        open_file(
            sealed.content,
            key=generate_encryption_key("x").pem,
            senders={own.kid: own.pem},
        )
    assert recipient_key(PEM.encode()).kid == row.fingerprint


def test_pages_carry_an_entry_from_one_to_the_other_and_to_its_end(db, staff, sign_in):
    suzuki = sign_in("suzuki")
    bad = suzuki.post("/recipients/", handing.PRINTER | {"code": "x", "why": "契約"})
    assert bad.status_code == 422
    suzuki.post("/recipients/", handing.PRINTER | {"pem": PEM, "why": "契約"})
    row = Recipient.objects.get()
    tanaka = sign_in("tanaka")
    wrong = tanaka.post(f"/recipients/{row.pk}/confirm/", {"fingerprint": "0" * 16}, follow=True)
    assert "登録された公開鍵と違います" in wrong.content.decode()
    tanaka.post(f"/recipients/{row.pk}/confirm/", {"fingerprint": row.fingerprint[:16]})
    page = tanaka.get("/recipients/").content.decode()
    assert "試験印刷株式会社" in page
    assert row.fingerprint[:16] in page
    key = tanaka.get("/recipients/key/")
    assert key.content == keys.own_signing_key().public().pem
    suzuki = sign_in("suzuki")
    suzuki.post(f"/recipients/{row.pk}/end/")
    end = Recipient.objects.get(state="proposed")
    sign_in("tanaka").post(f"/recipients/{end.pk}/confirm/")

    assert in_force() == []
