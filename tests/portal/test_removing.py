"""An entry taken out by mistake comes back by one press, until something else is saved."""

import pytest

from portal.models import Draft, Event, Submission
from portal.services.drafts import situation_of
from portal.services.submission import as_filed
from tests.portal.test_interview import beginner

pytestmark = pytest.mark.django_db
OFFER = 'action="/return/R9/restore/"'


def draft() -> Draft:
    return Draft.objects.get()


def items(section: str) -> list:
    return situation_of(draft()).items(section)


def page(person, at: str) -> str:
    return person.client.get(f"/return/R9/{at}").content.decode()


@pytest.fixture
def paid(sato):
    """Sato, with two slips of pay."""
    beginner(sato).earns()
    sato.fills_in_slip("salaries", payer="株式会社出版くまもと", revenue="450,000")
    return sato


def test_removed_entry_comes_back_where_it_stood(paid):
    before = items("salaries")
    paid.posts(f"salaries/{before[0]['id']}/remove", {})
    left = items("salaries")

    paid.posts("restore", {})

    assert (left, items("salaries")) == ([before[1]], before)
    assert Event.objects.order_by("id").last().action == "draft.restore"


def test_page_names_what_was_removed_and_offers_it_until_the_next_change(paid):
    first = items("salaries")[0]["id"]
    offered_before = OFFER in page(paid, "salaries/")
    paid.posts(f"salaries/{first}/remove", {})
    offered = page(paid, "salaries/")

    paid.answers("basic/phone", phone="096-111-2222")

    assert offered_before is False
    assert (offered.count(OFFER), "「株式会社くまもと商店」を消しました。" in offered) == (1, True)
    assert OFFER not in page(paid, "salaries/")
    assert "removed" not in draft().content


def test_nothing_comes_back_after_another_change_or_twice(paid):
    first = items("salaries")[0]["id"]
    paid.posts(f"salaries/{first}/remove", {})
    old = paid.version()
    paid.posts("restore", {}, old)

    stale = paid.client.post("/return/R9/restore/", {"version": old}, follow=True)
    again = paid.client.post("/return/R9/restore/", {"version": paid.version()}, follow=True)

    assert [item["id"] for item in items("salaries")].count(first) == 1
    assert "内容はもう変わっています" in stale.content.decode()
    assert "元に戻せるものがありません" in again.content.decode()


def test_second_tap_leads_back_to_the_list_and_frightens_nobody(paid):
    """Both buttons are sent once; should a second press come all the same, it says what is."""
    entry, version = items("salaries")[0]["id"], paid.version()
    removing = f"salaries/{entry}/remove"
    once = f'action="/return/R9/{removing}/" data-submit-once' in page(paid, "salaries/")

    paid.posts(removing, {}, version)
    removed = paid.client.post(f"/return/R9/{removing}/", {"version": version}, follow=True)
    offered = page(paid, "salaries/")
    fields = {"version": paid.version(), "section": "salaries"}
    paid.client.post("/return/R9/restore/", fields)
    restored = paid.client.post("/return/R9/restore/", fields, follow=True)

    assert (once, f"{OFFER} data-submit-once" in offered) == (True, True)
    assert '<input type="hidden" name="section" value="salaries">' in offered
    for again in (removed, restored):
        assert again.redirect_chain == [("/return/R9/salaries/", 302)]
        assert "内容はもう変わっています。一覧を確かめてください。" in again.content.decode()
        assert "もう一度保存してください" not in again.content.decode()


def test_number_of_a_removed_relative_is_erased_at_once_and_asked_for_again(sato):
    beginner(sato).earns()
    sato.answers("relatives/has", has="yes")
    who = {"name": "佐藤 一郎", "birth_date": "2020-04-05", "relation": "child"}
    sato.answers("relatives/new/person", **who)
    entry = items("relatives")[0]["id"]
    sato.answers(f"relatives/{entry}/number", personal_number="234567890121")
    typed = str(draft().content)
    sato.posts(f"relatives/{entry}/remove", {})
    held = str(draft().content)
    sato.posts("restore", {})

    back = items("relatives")[0]
    assert ("234567890121" in typed, "234567890121" in held) == (True, False)
    assert (back["name"], "number" in back["_done"]) == ("佐藤 一郎", False)


def test_removed_entry_goes_nowhere_with_the_filing(paid):
    paid.answers_basics().has_nothing_special()
    paid.posts(f"salaries/{items('salaries')[0]['id']}/remove", {})
    assert "removed" in draft().content
    assert "removed" not in as_filed(draft().content)

    paid.files()

    assert "removed" not in draft().content
    assert "株式会社くまもと商店" not in str(Submission.objects.get().content["data"])


def test_removing_what_is_gone_says_so_and_changes_nothing(paid):
    first = items("salaries")[0]["id"]
    paid.posts(f"salaries/{first}/remove", {})
    version = paid.version()

    answer = paid.client.post(
        f"/return/R9/salaries/{first}/remove/", {"version": version}, follow=True
    )

    assert "別の画面で消されています" in answer.content.decode()
    assert paid.version() == version


def test_another_resident_cannot_put_anything_back(paid, yamada):
    yamada.signs_up().begins()
    paid.posts(f"salaries/{items_of(paid)[0]['id']}/remove", {})

    yamada.posts("restore", {})

    assert len(items_of(paid)) == 1


def items_of(person) -> list:
    mine = Draft.objects.get(resident__asked_email=person.email)
    return situation_of(mine).items("salaries")
