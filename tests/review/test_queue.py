"""The queue: filters in the address, keyset pages, the same few queries however many rows."""

from datetime import UTC, datetime, timedelta

import pytest

from review.audit.models import AuditEvent
from review.cases import desk, worklist
from review.cases.models import Case, Note, SavedFilter
from review.cases.states import State
from tests.review.story import NOW, actor, walk


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_queue_takes_the_same_queries_for_one_and_three_rows(
    filed, staff, sign_in, rows, django_assert_num_queries
):
    for number in range(rows):
        filed.arrive(at=NOW + timedelta(seconds=number))
    Case.objects.update(state=State.IN_REVIEW, assigned_to=staff["suzuki"])
    client = sign_in("suzuki")
    client.get("/cases/")

    with django_assert_num_queries(15):
        response = client.get("/cases/")

    assert len(response.context["page"].cases) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_today_takes_the_same_queries_for_one_and_three_cases(
    filed, sign_in, rows, django_assert_num_queries
):
    for number in range(rows):
        filed.queued(at=NOW + timedelta(seconds=number))
    client = sign_in("suzuki")

    with django_assert_num_queries(8):
        response = client.get("/")

    counts = {tile["label"]: tile["count"] for tile in response.context["tiles"]}
    assert counts["審査待ち"] == str(rows)


@pytest.mark.req("SHK-01")
def test_filters_in_the_address_narrow_the_queue(filed, staff, sign_in):
    waiting = filed.queued()
    mine = walk(filed.queued(at=NOW + timedelta(minutes=1)), State.IN_REVIEW, staff)
    client = sign_in("suzuki")

    def numbers(query):
        page = client.get(f"/cases/?{query}").context["page"]
        return [case.receipt_number for case in page.cases]

    assert numbers("view=mine") == [mine.receipt_number]
    assert numbers("state=queued&tax_year=R9") == [waiting.receipt_number]
    assert numbers("tax_year=R8") == [mine.receipt_number, waiting.receipt_number]
    assert numbers("assigned=none") == [waiting.receipt_number]
    assert numbers("assigned=K1001&verdict=TOTAL_PASSED") == [mine.receipt_number]
    assert numbers("ward=東区") == []
    assert numbers("since=2027-02-02") == []
    assert numbers("until=2027-02-01&match_method=certificate&ward=中央区&view=waiting") == [
        waiting.receipt_number
    ]
    assert numbers(f"receipt_number={mine.receipt_number.lower()}") == [mine.receipt_number]


def test_queue_pages_by_keyset_without_loss_or_repetition(filed, sign_in, monkeypatch):
    monkeypatch.setattr(worklist, "PAGE_SIZE", 2)
    cases = [filed.arrive(at=NOW + timedelta(seconds=n)) for n in range(5)]
    client = sign_in("suzuki")

    seen, after = [], ""
    for _ in range(3):
        page = client.get("/cases/", {"after": after}).context["page"]
        seen += [case.pk for case in page.cases]
        after = page.following

    assert (seen, after) == ([case.pk for case in cases], "")


def test_nonsense_place_starts_at_the_first_page(filed, sign_in):
    case = filed.arrive()

    page = sign_in("suzuki").get("/cases/", {"after": "nonsense"}).context["page"]

    assert [row.pk for row in page.cases] == [case.pk]


def test_empty_queue_says_so(sign_in):
    response = sign_in("suzuki").get("/cases/?view=overdue")

    assert "この条件の申請はありません。" in response.content.decode()


@pytest.mark.req("LOG-01")
def test_queue_shows_no_name_and_needs_no_reason(filed, sign_in):
    case = filed.queued()

    page = sign_in("suzuki", reason=False).get("/cases/").content.decode()

    assert case.receipt_number in page
    assert case.addressee.name not in page


@pytest.mark.usefixtures("without_lists")
def test_stuck_case_is_counted(filed, staff, settings, tmp_path):
    settings.CRLS_DIR = str(tmp_path)
    filed.queued()

    assert worklist.counts(staff["suzuki"], NOW)["stuck"] == 1
    assert Case.objects.get().trouble == "REVOCATION_UNAVAILABLE"


def test_case_in_its_first_try_is_not_stuck(filed, staff):
    filed.queued()
    Case.objects.update(attempts=1, trouble="")

    assert worklist.counts(staff["suzuki"], NOW)["stuck"] == 0


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("REVOCATION_UNAVAILABLE", "失効情報を待っています(保留)"),
        ("OperationalError", "自動処理をやり直しています(OperationalError)"),
        ("宛名が見つかりません。", "宛名が見つかりません。"),
    ],
)
def test_queue_says_in_words_what_holds_a_case(filed, sign_in, trouble, words):
    filed.queued()
    waiting = {"verdict": "INDETERMINATE", "verdict_reason": "REVOCATION_UNAVAILABLE"}
    Case.objects.update(attempts=2, trouble=trouble, **waiting)

    page = sign_in("suzuki").get("/cases/?view=stuck").content.decode()

    assert words in page


def test_own_cases_come_first_and_then_the_longest_due(filed, staff, sign_in, monkeypatch):
    monkeypatch.setattr(worklist, "PAGE_SIZE", 2)
    first, second, third = (filed.queued(at=NOW + timedelta(minutes=n)) for n in range(3))
    walk(third, State.IN_REVIEW, staff)
    client = sign_in("suzuki")

    page = client.get("/cases/").context["page"]
    rest = client.get("/cases/", {"after": page.following}).context["page"]

    assert [case.pk for case in page.cases] == [third.pk, first.pk]
    assert ([case.pk for case in rest.cases], rest.following) == ([second.pk], "")


def test_case_is_late_after_twenty_working_days(filed, staff):
    case = filed.queued()
    due = datetime(2027, 3, 3, 3, 1, tzinfo=UTC)

    def late(now):
        found = worklist.select({"late": True}, member=staff["suzuki"], now=now)
        return found.count()

    # 11 and 23 February are holidays, so the twentieth working day is 3 March.
    assert case.target_at == due
    assert (late(due), late(due + timedelta(minutes=1))) == (0, 1)


def test_filter_is_kept_and_shared_and_only_its_owner_removes_it(sign_in):
    suzuki, tanaka = sign_in("suzuki"), sign_in("tanaka")
    data = {"name": "東区の審査待ち", "query": "ward=東区&state=queued&after=x", "shared": "on"}
    suzuki.post("/cases/filters/", data)
    kept = SavedFilter.objects.get()

    assert kept.query == "state=queued&ward=%E6%9D%B1%E5%8C%BA"
    assert "東区の審査待ち" in tanaka.get("/cases/").content.decode()
    tanaka.post(f"/cases/filters/{kept.pk}/forget/")
    assert SavedFilter.objects.count() == 1
    suzuki.post(f"/cases/filters/{kept.pk}/forget/")
    assert SavedFilter.objects.count() == 0


def test_own_filter_is_not_shown_to_others(sign_in):
    sign_in("suzuki").post("/cases/filters/", {"name": "わたしの条件", "query": "state=queued"})

    assert "わたしの条件" not in sign_in("tanaka").get("/cases/").content.decode()


@pytest.mark.parametrize("text", ["佐藤", "佐藤 花子", "サトウ", "サトウハナ", "100000001"])
def test_case_is_found_by_name_kana_and_number(filed, sign_in, text):
    case = filed.queued()

    page = sign_in("suzuki").post("/cases/search/", {"text": text})

    assert [row.pk for row in page.context["found"]] == [case.pk]
    entry = AuditEvent.objects.get(action="case.searched")
    assert entry.detail == {"found": 1, "addressees": ["100000001"]}


def test_case_is_found_by_receipt_number_and_nothing_else_is(filed, sign_in):
    case = filed.queued()
    client = sign_in("suzuki")

    found = client.post("/cases/search/", {"text": case.receipt_number.lower()}).context["found"]
    nothing = client.post("/cases/search/", {"text": "花子"}).content.decode()

    assert [row.pk for row in found] == [case.pk]
    assert "見つかりませんでした。" in nothing


@pytest.mark.parametrize(("text", "found"), [("医療", True), ("領収書 ７", True), ("療医", False)])
def test_case_is_found_by_words_of_its_notes_in_their_order(filed, staff, sign_in, text, found):
    case = filed.queued()
    filed.queued(at=NOW + timedelta(minutes=1))
    note = {"kind": Note.Kind.PHONE, "text": "医療費の領収書 ７枚", "answer": "郵送を依頼"}
    desk.add_note(case, **note, by=actor(staff["suzuki"]), reason="相談", now=NOW)

    page = sign_in("suzuki").post("/cases/search/", {"text": text})

    assert [row.pk for row in page.context["found"]] == [case.pk] * found


@pytest.mark.parametrize("text", ["%%", "__", "\\\\"])
def test_search_for_signs_of_the_database_finds_nothing(filed, staff, sign_in, text):
    case = filed.queued()
    note = {"kind": Note.Kind.NOTE, "text": "住所を確認", "answer": ""}
    desk.add_note(case, **note, by=actor(staff["suzuki"]), reason="相談", now=NOW)

    assert sign_in("suzuki").post("/cases/search/", {"text": text}).context["found"] == []


def test_count_stops_where_more_would_only_cost_time(filed, staff, monkeypatch):
    monkeypatch.setattr(worklist, "MOST_COUNTED", 2)
    for number in range(3):
        filed.queued(at=NOW + timedelta(seconds=number))

    found = worklist.counts(staff["suzuki"], NOW)["waiting"]

    assert (found, worklist.counted(found), worklist.counted(1)) == (2, "2以上", "1")
