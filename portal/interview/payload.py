"""From what was typed to what is filed: only answers that apply, in the return's own names."""

from datetime import date
from typing import Any

import filing
import tax
from filing import Person, Return
from filing.housing import housing_of_slip
from portal.interview import law
from portal.interview.adjusting import child_elsewhere_matters, special_elsewhere_matters
from portal.interview.blocks import block_of
from portal.interview.conditions import (
    abroad_needs_reason,
    declared_kinds,
    lived_outside,
    may_be_cohabiting_parent,
    may_be_home_worker,
    may_be_on_welfare,
)
from portal.interview.flow import declared_items, sections_for
from portal.interview.model import Answers, Situation
from portal.interview.pages.late import is_of_the_dead
from portal.interview.receipts import totals_of
from portal.interview.sections import BY_CODE
from portal.interview.supporting import income_of_relative, spouse_counts
from portal.interview.workers import number_of

SOCIAL_KINDS = ("national_health", "care", "late_elderly", "national_pension", "other")
# 自己の勤労に基づいて得た所得 (地方税法23条1項9号).
FROM_WORK = ("employment_income", "business_income", "farm_income", "misc_business_income")
LIFE = ("new_general", "old_general", "care", "new_pension", "old_pension")
EARTHQUAKE = ("earthquake", "old_long")
SLIP_FIELDS = ("payer", "revenue", "withheld_tax", "social_insurance")
WORK_FIELDS = ("payer_address", "months", "days")


def answers(situation: Situation) -> dict[str, Any]:
    """Return the answers of the return; sections that do not apply are absent."""
    codes = {section.code for section in sections_for(situation)}
    built: dict[str, Any] = {}
    if situation.answers("income").get("kinds"):
        built["income_kinds"] = declared_kinds(situation)
    if "no-income" in codes and situation.answers("no-income").get("reason"):
        built["no_income"] = _no_income(situation)
    for code in ("salaries", "pensions"):
        if code in codes:
            built[code] = [_slip(item) for item in _complete(situation, code)]
    built |= _blocks(situation) | _special_rules(situation)
    if "house" in built:
        built["house"]["residence"] = "elsewhere" if lived_outside(situation) else "other_ward"
    built |= _deductions(situation) | _family(situation)
    if "collection" in codes and situation.answers("collection").get("collection"):
        built["collection"] = situation.answers("collection")["collection"]
    return built | _personal(situation, built)


def to_return(
    situation: Situation,
    *,
    filing_id: str,
    challenge: str,
    prepared_on: date,
    purpose_version: str,
    municipality_code: str,
) -> Return:
    """Return the 申告書 as a document.

    The filer is the card's holder, copied from the card, or the principal for whom they act.
    """
    filer, basic = situation.filer, situation.answers("basic")
    return Return(
        tax_year=situation.tax_year,
        filing_id=filing_id,
        version=situation.version,
        challenge=challenge,
        prepared_on=prepared_on,
        municipality_code=municipality_code,
        filer=Person(
            name=filer["name"],
            kana=filer.get("kana") or basic.get("kana", ""),
            birth_date=date.fromisoformat(filer["birth_date"]),
            sex=filer["sex"],
            address=filer["address"],
            personal_number=filer.get("personal_number", ""),
        ),
        address_jan1=situation.address_jan1,
        # An agent's number to be called at stands with the agent.
        phone="" if situation.principal else basic.get("phone", ""),
        purpose_version=purpose_version,
        answers=_agent(situation) | answers(situation),
    )


def _agent(situation: Situation) -> Answers:
    """Return who acts for the filer (代理人), copied from their card; nothing for oneself."""
    if not situation.principal:
        return {}
    card = situation.card
    return {
        "agent": {
            "authority": situation.principal["authority"],
            **{name: card[name] for name in ("name", "birth_date", "address")},
            "phone": situation.answers("basic").get("phone", ""),
        }
    }


def _complete(situation: Situation, code: str) -> list[Answers]:
    return declared_items(BY_CODE[code], situation)


def _blocks(situation: Situation) -> Answers:
    """Return the blocks whose answers go in under their own names."""
    sections = [section for section in sections_for(situation) if section.block]
    found = {section.block: block_of(section, situation) for section in sections}
    if found.get("housing"):
        found["housing"] = _loan(found["housing"], situation.answers("housing"))
    if found.get("family_workers"):
        found["family_workers"] = [_worker(row, situation) for row in found["family_workers"]]
    return {code: value for code, value in found.items() if value is not None}


def _worker(row: Answers, situation: Situation) -> Answers:
    """Return a 専従者 with the number that was typed for them as family, where it was there."""
    number = number_of(row, situation)
    return row | ({"personal_number": number} if number else {})


def _loan(record: Answers, typed: Answers) -> Answers:
    """Return the housing loan with what follows from the slip's boxes, or as it was computed."""
    if typed.get("credited") is None:
        return record
    return record | housing_of_slip(
        possible=typed["credit"],
        credited=typed["credited"],
        income=typed["after_deduction"],
        deductions=typed["deductions_total"],
    )


def _special_rules(situation: Situation) -> Answers:
    """Return the rules that are claimed; what is not claimed is not written."""
    claimed = {
        "home_worker": may_be_home_worker(situation)
        and situation.answers("home-worker").get("home_worker") is True,
        "child_elsewhere": child_elsewhere_matters(situation)
        and situation.answers("personal").get("child_elsewhere") is True,
        "special_elsewhere": special_elsewhere_matters(situation)
        and situation.answers("personal").get("special_elsewhere") is True,
    }
    found = {name: True for name, claims in claimed.items() if claims}
    return {"special_rules": found} if found else {}


def _slip(item: Answers) -> Answers:
    """Return a slip, and how the work was where there is no slip."""
    found = _only(item, SLIP_FIELDS)
    if item.get("mutual_aid"):
        found["mutual_aid"] = item["mutual_aid"]
    if not item.get("no_slip"):
        return found
    work = {name: item[name] for name in WORK_FIELDS if item.get(name)}
    return found | {"no_slip": True} | work


def _only(item: Answers, names: tuple[str, ...]) -> Answers:
    return {name: item[name] for name in names}


def _no_income(situation: Situation) -> Answers:
    typed = situation.answers("no-income")
    reason = typed["reason"]
    return {
        "reason": reason,
        "note": typed.get("note", "") if reason == "other" else "",
        "supporter": typed.get("supporter", "") if reason == "dependent" else "",
    }


def _deductions(situation: Situation) -> Answers:
    built: Answers = {}
    social = situation.answers("social-insurance")
    if social.get("paid"):
        built["social_insurance"] = [
            {"kind": kind, "amount": social[kind]} for kind in SOCIAL_KINDS if social.get(kind)
        ]
    built |= _insurance(situation, "life", "paid", LIFE)
    built |= _insurance(situation, "earthquake", "quake_paid", EARTHQUAKE)
    return built | _medical(situation)


def _insurance(situation: Situation, block: str, asked: str, kinds: tuple[str, ...]) -> Answers:
    """Return the sums by kind: as typed, or of the certificates that were copied one by one."""
    typed = situation.answers("insurance")
    if typed.get(asked) is True and block in typed.get("_done", []):
        return {block: _only(typed, kinds)}
    certificates = (
        _complete(situation, f"{block}-certificates") if typed.get(asked) == "each" else []
    )
    if not certificates:
        return {}
    return {
        block: {
            kind: sum(entry["amount"] for entry in certificates if entry["kind"] == kind)
            for kind in kinds
        }
    }


def _medical(situation: Situation) -> Answers:
    """Return the medical costs: as typed, or the sums of the list of receipts."""
    typed = situation.answers("medical")
    method, receipts = typed.get("method"), typed.get("receipts", [])
    if method not in ("medical", "self_medication"):
        return {}
    zero = {"method": method, "paid": 0, "reimbursed": 0, "amount": 0}
    if method == "self_medication" and "effort" in typed:
        zero |= {"effort": typed["effort"], "effort_by": typed["effort_by"]}
    paid, back = totals_of(receipts)
    if receipts:
        sums = (
            {"paid": paid, "reimbursed": back} if method == "medical" else {"amount": paid - back}
        )
        return {"medical": zero | sums, "medical_receipts": receipts}
    if method == "medical" and "medical_paid" in typed:
        sums = {"paid": typed["medical_paid"], "reimbursed": typed["reimbursed"]}
        return {"medical": zero | sums}
    if method == "self_medication" and "amount" in typed:
        return {"medical": zero | {"amount": typed["amount"]}}
    return {}


def _family(situation: Situation) -> Answers:
    built: Answers = {}
    spouse, section = situation.answers("spouse"), BY_CODE["spouse"]
    pages = [page.code for page in section.pages_in(situation)]
    if spouse_counts(situation) and set(pages) <= set(spouse.get("_done", [])):
        built["spouse"] = _person(
            spouse, law.total_income_of(spouse, situation.tax_year), number_of(spouse, situation)
        )
    if situation.answers("relatives").get("has"):
        built["relatives"] = [
            _person(item, income_of_relative(situation.of_item(item)), number_of(item, situation))
            | _abroad(situation.of_item(item))
            | {
                "relation": item["relation"],
                "cohabiting_parent": may_be_cohabiting_parent(situation.of_item(item))
                and bool(item.get("cohabiting")),
            }
            for item in _complete(situation, "relatives")
        ]
    return built


def _abroad(situation: Situation) -> Answers:
    reason = situation.item.get("abroad_reason", "none")
    applies = abroad_needs_reason(situation) and reason != "none"
    return {"abroad_reason": reason} if applies else {}


def _person(typed: Answers, income: int, number: str) -> Answers:
    """Return a family member; a severe disability in the same house is 同居特別障害.

    Answers from before the house was asked for count as they were filed.
    """
    disability = typed.get("disability", "none")
    same_house = typed["living"] == "together" and typed.get("cohabiting") is not False
    if disability == "special" and same_house:
        disability = "special_co"
    return {
        "name": typed["name"],
        "kana": typed.get("kana", ""),
        "birth_date": typed["birth_date"],
        "personal_number": number,
        "total_income": income,
        "living": typed["living"],
        **({"died_on": typed["died_on"]} if is_of_the_dead(typed) else {}),
        **_home(typed),
        "disability": "" if disability == "none" else disability,
    }


def _home(typed: Answers) -> Answers:
    """Return where a family member lives who does not live with the filer."""
    if typed["living"] == "together":
        return {}
    papers = {"abroad_papers": typed.get("abroad_papers") is True}
    return {"address": typed.get("address", "")} | (papers if typed["living"] == "abroad" else {})


def _personal(situation: Situation, built: Answers) -> Answers:
    """Return the filer's own statuses, decided from the facts and the income so far."""
    typed = situation.answers("personal")
    if not typed.get("_done"):
        return {}
    income, from_work, dependants = _own_income(situation, built)
    relatives = built.get("relatives", [])
    single = law.is_single_parent(situation, relatives, income)
    widow = law.is_widow(situation, relatives, income, dependants)
    student = law.is_working_student(situation, income, from_work)
    return {
        "personal": {
            "disability": typed.get("disability", "").replace("none", ""),
            "widow": widow,
            "single_parent": ("mother" if situation.filer.get("sex") == "2" else "father")
            if single
            else "",
            "working_student": student,
            "school": typed.get("school", "") if student else "",
        }
        | ({"widow_reason": law.widow_reason(situation)} if widow else {})
        | _welfare(situation, typed)
    }


def _welfare(situation: Situation, typed: Answers) -> Answers:
    """Return the claim of 生活扶助 on 1 January; nothing where it is not made."""
    on_welfare = may_be_on_welfare(situation) and typed.get("livelihood_protection") is True
    return {"livelihood_protection": True} if on_welfare else {}


def _own_income(situation: Situation, built: Answers) -> tuple[int, int, int]:
    """Return the 合計所得金額, what of it is from own work, and the 扶養親族 by the definition."""
    if situation.birth_date is None:
        return 0, 0, 0
    inputs = filing.tax_inputs(built, birth_date=situation.birth_date, tax_year=situation.tax_year)
    try:
        assessment = tax.assess(inputs, tax_year=situation.tax_year)
    except tax.InputError:
        # Answers that contradict each other: the checks say so, and nothing follows from them yet.
        return 0, 0, 0
    result = assessment.result
    from_work = sum(max(int(result.get(name, 0)), 0) for name in FROM_WORK)
    dependants = int(assessment.computation.family.supported)
    return int(result.get("total_income_gokei", 0)), from_work, dependants
