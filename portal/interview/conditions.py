"""When a page or a section applies: one predicate per idea, read from the answers so far."""

from datetime import date
from unicodedata import normalize

from django.conf import settings

from config.context import load_municipality_file
from filing.calendar import age_on, age_when_judged, western_year
from filing.inputs.incomes import loss_of
from filing.kinds import LARGE_BLUE, TRADES
from portal.interview.model import Answers, Condition, Situation, always
from portal.interview.pages.late import DIED
from portal.interview.pages.trades import RealEstateCostsForm

SECTION_OF_TRADE = {"business": "business", "farm": "farm", "real_estate": "real-estate"}
# 租税特別措置法41条の3の11第1項.
MUCH = 8_500_000


def has_kind(kind: str) -> Condition:
    return lambda situation: kind in situation.kinds


def has_trade(situation: Situation) -> bool:
    return any(trade in situation.kinds for trade in TRADES)


def chose_more_kinds(situation: Situation) -> bool:
    return "more" in situation.answers("income").get("kinds", [])


def chose(section: str, field: str, value: object) -> Condition:
    return lambda situation: situation.answers(section).get(field) == value


def item_says(field: str, *values: object) -> Condition:
    """Whether the entry at hand was answered so on an earlier page."""
    return lambda situation: situation.item.get(field) in values


def wants(claim: str) -> Condition:
    """Whether one of the further deductions was ticked."""
    return lambda situation: claim in situation.answers("more").get("which", [])


def may_have_loan(situation: Situation) -> bool:
    """Whether 住宅ローン控除 is possible: 年末調整 gave it, or it was ticked."""
    return "salary" in situation.kinds or wants("housing")(situation)


def asks_for_loan(situation: Situation) -> bool:
    """Whether it is asked by itself: of who has a salary and has not ticked it elsewhere."""
    return "salary" in situation.kinds and not wants("housing")(situation)


def has_loan(situation: Situation) -> bool:
    said = asks_for_loan(situation) and situation.answers("housing").get("has") is True
    return said or wants("housing")(situation)


def wants_specific_expenses(situation: Situation) -> bool:
    """Whether the salary may be lowered by 特定支出: asked of who has one."""
    return "salary" in situation.kinds and wants("specific_expenses")(situation)


def may_be_on_welfare(situation: Situation) -> bool:
    """Whether 生活扶助 on 1 January is asked: of who lived on it, or ticked it."""
    lived_on_it = no_income(situation) and situation.answers("no-income").get("reason") == "welfare"
    return lived_on_it or wants("welfare")(situation)


def lived_outside(situation: Situation) -> bool:
    """Whether the address of 1 January is outside the city, as far as its words tell."""
    address = situation.address_jan1
    city = load_municipality_file(settings.MUNICIPALITY_FILE)["name"]
    return bool(address) and city not in "".join(normalize("NFKC", address).split())


def may_own_house(situation: Situation) -> bool:
    """Whether 家屋敷・事務所 is asked: of who lived elsewhere, or in another ward and ticks it."""
    return lived_outside(situation) or wants("house")(situation)


def owns_house(situation: Situation) -> bool:
    said = situation.answers("house").get("has") is True
    return said if lived_outside(situation) else wants("house")(situation)


def may_be_home_worker(situation: Situation) -> bool:
    """Whether there is business or side income that 家内労働者等の特例 could be about."""
    work = [row for row in situation.items("misc") if row.get("nature") == "business"]
    return "business" in situation.kinds or ("misc" in situation.kinds and bool(work))


def keeps_blue_books(situation: Situation) -> bool:
    """Whether the trade that the entry's family member works in files 青色申告."""
    section = SECTION_OF_TRADE.get(situation.item.get("trade", ""), "")
    return str(situation.answers(section).get("books", "")).startswith("blue")


def rents_need_scale(situation: Situation) -> bool:
    """Whether rents claim what is for 事業的規模 alone: 55万円 or 65万円, or 専従者."""
    workers = [row.get("trade") for row in situation.items("family-workers")]
    hires = said_yes("family-workers", "has")(situation) and "real_estate" in workers
    return hires or situation.answers("real-estate").get("books") in LARGE_BLUE


def loses_by_interest(situation: Situation) -> bool:
    """Whether rents make a loss that a loan for land may be a part of (租税特別措置法41条の4)."""
    told = situation.answers("real-estate")
    names = ("revenue", "books", "business_scale", *RealEstateCostsForm.base_fields)
    helped = said_yes("family-workers", "has")(situation)
    known = {
        "real_estate": {name: told.get(name) for name in names},
        "family_workers": situation.items("family-workers") if helped else [],
    }
    return bool(told.get("interest")) and loss_of(known, "real_estate") > 0


def asked_at_once(own: str, *others: str) -> Condition:
    """Whether a page may ask several questions at once: until one was answered by itself.

    Who has answered one alone is led to the rest one by one; so are drafts from before there were
    such pages.
    """
    return lambda situation: (
        situation.is_answered(own) or not any(situation.is_answered(one) for one in others)
    )


def asked_in_person(own: str, *others: str) -> Condition:
    """As `asked_at_once`, where one files for oneself."""
    at_once = asked_at_once(own, *others)
    return lambda situation: acts_in_person(situation) and at_once(situation)


def has_no_slip(situation: Situation) -> bool:
    return situation.item.get("no_slip") is True


def lists_receipts(situation: Situation) -> bool:
    return bool(situation.answers("medical").get("receipts"))


def types_total(method: str) -> Condition:
    """Whether the sum of medical costs is typed: there is no list from which it follows."""
    return lambda situation: chose_medical(method)(situation) and not lists_receipts(situation)


def uses_medical(situation: Situation) -> bool:
    return situation.answers("medical").get("method") in ("medical", "self_medication")


def declared_kinds(situation: Situation) -> list[str]:
    """Return the kinds of income that are declared: not those of which every entry is left out."""
    return [kind for kind in situation.kinds if not _left_out(situation, kind)]


def _left_out(situation: Situation, kind: str) -> bool:
    entries = situation.items(kind) if kind in ("dividends", "shares") else []
    return bool(entries) and all(is_left_out(entry) for entry in entries)


def is_claimed(person: Answers) -> bool:
    """Whether a family member stands in this return: not with another taxpayer's (扶養)."""
    return not person.get("claimed_elsewhere")


def if_claimed(condition: Condition = always) -> Condition:
    """Ask only of a relative who stands in this return."""
    return lambda situation: is_claimed(situation.item) and condition(situation)


def is_left_out(entry: Answers) -> bool:
    """Whether an entry is not declared (申告不要): its tax was withheld for good."""
    withheld = entry.get("listed") is True or entry.get("kind") == "listed"
    return withheld and entry.get("method") == "none"


def entry_is_declared(situation: Situation) -> bool:
    return not is_left_out(situation.item)


def declares_listed(situation: Situation) -> bool:
    return situation.item.get("listed") is True and situation.item.get("method") != "none"


def sells_taxed(situation: Situation) -> bool:
    """Whether residents' tax was withheld from the gain and it is declared nevertheless."""
    return situation.item.get("kind") == "listed" and situation.item.get("method") == "taxed"


def sells_untaxed(situation: Situation) -> bool:
    untaxed = situation.item.get("method") == "untaxed"
    return untaxed or situation.item.get("kind") == "general"


def earns_much(situation: Situation) -> bool:
    """Whether the salary is above 850万円, from where 所得金額調整控除 begins."""
    salary = sum(slip.get("revenue") or 0 for slip in situation.items("salaries"))
    return "salary" in situation.kinds and salary > MUCH


def may_be_in_a_home(situation: Situation) -> bool:
    """Whether 同居特別障害者 hangs on the house: of a parent of 70 it was asked already."""
    return is_severe_at_home(situation.item) and not may_be_cohabiting_parent(situation)


def is_severe_at_home(person: Answers) -> bool:
    return person.get("disability") == "special" and person.get("living") == "together"


def lives_elsewhere(situation: Situation) -> bool:
    return situation.item.get("living") in ("apart", "abroad")


def said_yes(section: str, field: str) -> Condition:
    return lambda situation: situation.answers(section).get(field) is True


def chose_medical(method: str) -> Condition:
    return lambda situation: situation.answers("medical").get("method") == method


def acts_for_another(situation: Situation) -> bool:
    """Whether an agent (代理人) answers for somebody else."""
    return bool(situation.principal)


def acts_in_person(situation: Situation) -> bool:
    return not situation.principal


def card_has_no_kana(situation: Situation) -> bool:
    return acts_in_person(situation) and not situation.card.get("kana")


def moved(situation: Situation) -> bool:
    return acts_in_person(situation) and situation.answers("basic").get("same") is False


def principal_moved(situation: Situation) -> bool:
    return situation.answers("principal").get("same") is False


def no_income(situation: Situation) -> bool:
    """Whether a reason is asked: nothing came in, or nothing of it is declared."""
    none = situation.answers("income").get("kinds") == ["none"]
    return none or (bool(situation.kinds) and not declared_kinds(situation))


def was_supported(situation: Situation) -> bool:
    return situation.answers("no-income").get("reason") == "dependent"


def other_reason(situation: Situation) -> bool:
    return situation.answers("no-income").get("reason") == "other"


def married(situation: Situation) -> bool:
    """Whether a spouse is written down: one on 31 December, or who died in the year."""
    return situation.answers("spouse").get("has") in (True, DIED)


def has_no_spouse(situation: Situation) -> bool:
    return not married(situation)


def spouse_died(situation: Situation) -> bool:
    return situation.answers("spouse").get("has") == DIED


def bereaved(situation: Situation) -> bool:
    """Whether the spouse died in the year and nobody was married since (死別)."""
    return spouse_died(situation) and situation.answers("spouse").get("remarried") is False


def unmarried(situation: Situation) -> bool:
    return situation.answers("spouse").get("has") is False


def marriage_matters(situation: Situation) -> bool:
    """Whether 寡婦 or ひとり親 is possible at all: a woman, or someone with dependants."""
    supports = said_yes("relatives", "has")(situation)
    return unmarried(situation) and (supports or situation.filer.get("sex") == "2")


def partner_matters(situation: Situation) -> bool:
    """Whether a partner (事実婚) would take such a status away."""
    lost = situation.answers("personal").get("marital") in ("widowed", "missing")
    supports = said_yes("relatives", "has")(situation)
    if bereaved(situation):
        return supports or situation.filer.get("sex") == "2"
    return marriage_matters(situation) and (supports or lost)


def may_choose_collection(situation: Situation) -> bool:
    """Whether there is income that an employer does not already settle (法321条の3第2項).

    From 65 on, the pension's own tax is never taken from a salary (法321条の7の2; 要確認).
    """
    others = set(declared_kinds(situation)) - {"salary"}
    if is_senior(situation):
        others.discard("pension")
    return "salary" in situation.kinds and bool(others)


def is_senior(situation: Situation) -> bool:
    """Whether the filer is 65 on 1 April of the tax year."""
    april = date(western_year(situation.tax_year), 4, 1)
    return situation.birth_date is not None and age_on(situation.birth_date, april) >= 65


def age_when_it_counts(situation: Situation) -> int | None:
    """Return the entry's age on 31 December, or on the day of death; None before it is known."""
    born = situation.item.get("birth_date")
    if not born:
        return None
    died = situation.item.get("died_on")
    return age_when_judged(date.fromisoformat(born), died, situation.tax_year)


def old_enough_to_earn(situation: Situation) -> bool:
    """Whether income is asked: a child under 15 may not be employed (労働基準法56条)."""
    age = age_when_it_counts(situation)
    return age is None or age >= 15


def abroad_needs_reason(situation: Situation) -> bool:
    """Whether a relative of 30 to 69 abroad needs a reason to count (法34条1項11号)."""
    age = age_when_it_counts(situation)
    return situation.item.get("living") == "abroad" and age is not None and 30 <= age < 70


def may_be_cohabiting_parent(situation: Situation) -> bool:
    """Whether 同居老親等 is possible: an ascendant of 70 or more in the same house (法34条4項)."""
    item = situation.item
    age = age_when_it_counts(situation)
    ascendant = item.get("relation") in ("parent", "grandparent")
    return ascendant and item.get("living") == "together" and (age or 0) >= 70
