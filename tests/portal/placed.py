"""Where the form has what a check page shows; nothing here asks the interview what it would file.

The tables say what has no box in the form, and what in the form nobody types.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from filing import Return, load_form
from filing.eras import parse_era
from filing.model import filer_values
from portal.interview.authorities import AUTHORITIES
from portal.interview.model import Situation
from portal.interview.pages.trades import (
    BusinessCostsForm,
    FarmCostsForm,
    RealEstateCostsForm,
)
from portal.interview.sections import SECTIONS
from portal.interview.supporting import relative_earns_too_much, spouse_counts
from tests.portal.alike import parts_of
from tests.portal.checked import GIVEN, NUMBERS, Answered, Shown, read, yen

Values = dict[tuple[str, str], Any]

CARD = {
    "名前": "name",
    "フリガナ": "kana",
    "生まれた日": "birth_date",
    "性別": "sex",
    "住所": "address",
    "マイナンバー": "personal_number",
}
PRINCIPAL = {
    "本人の名前": ("filer", "name"),
    "本人の生まれた日": ("filer", "birth_date"),
    "代理の種類": ("answers.agent", "authority"),
}
SEX = {"男": "1", "女": "2", "その他": "9"}

# Answers that stand in no box: they decide what is asked, or what follows from them.
STEERS = {
    ("basic", "same"): "the address itself is written",
    ("principal", "same"): "the address itself is written",
    ("more", "which"): "which further deductions are asked for",
    ("social-insurance", "paid"): "whether amounts are asked for",
    ("insurance", "paid"): "totals, certificates or nothing",
    ("insurance", "quake_paid"): "totals, certificates or nothing",
    ("family-workers", "has"): "whether there are entries",
    ("relatives", "has"): "whether there are entries",
    ("spouse", "has"): "whether there is a record",
    ("spouse", "one_household"): "whether there is a record",
    ("housing", "has"): "whether there is a record",
    ("house", "has"): "whether there is a record",
    ("dividends", "listed"): "which amounts are asked for",
    ("shares", "method"): "which amounts are asked for",
    ("spouse", "claimed_elsewhere"): "who is another's stands in no return",
    ("relatives", "claimed_elsewhere"): "who is another's stands in no return",
    ("spouse", "remarried"): "decides 寡婦 and ひとり親",
    ("personal", "marital"): "decides 寡婦 and ひとり親",
    ("personal", "partner"): "decides 寡婦 and ひとり親",
    ("personal", "student"): "decides 勤労学生",
    ("spouse", "cohabiting"): "makes 特別障害者 同居特別障害者",
    ("relatives", "cohabiting"): "makes 特別障害者 同居特別障害者",
    **{
        (section, field): "the form has 合計所得金額, which follows"
        for section in ("spouse", "relatives")
        for field in ("salary_revenue", "pension_revenue", "other_income")
    },
    **{
        ("housing", field): "the form has the income tax, which follows"
        for field in ("credited", "after_deduction", "deductions_total")
    },
}
# Claims that are written where they are made, and not written where the answer is no.
CLAIMS = {
    ("home-worker", "home_worker"),
    ("personal", "child_elsewhere"),
    ("personal", "special_elsewhere"),
    ("personal", "livelihood_protection"),
}
# Items that nobody types: the law's tables or the answers above decide them.
FOLLOWS = {
    *(("spouse", "total_income"), ("relatives", "total_income")),
    *(("personal", "widow"), ("personal", "widow_reason"), ("personal", "single_parent")),
    *(("personal", "working_student"), ("house", "residence")),
    *(("housing", "income_tax_taxable"), ("housing", "income_tax_before_credit")),
    # Of a list of receipts only the list is typed.
    *(("medical", "paid"), ("medical", "reimbursed"), ("medical", "amount")),
}
GROUPS = {section.code: section.block for section in SECTIONS if section.block} | {
    **{code: code for code in ("salaries", "pensions", "spouse", "relatives", "personal")},
    **{"no-income": "no_income", "medical": "medical", "social-insurance": "social_insurance"},
}
COSTS = {
    "business": set(BusinessCostsForm.base_fields),
    "farm": set(FarmCostsForm.base_fields),
    "real-estate": set(RealEstateCostsForm.base_fields),
}
LIFE = ("new_general", "old_general", "care", "new_pension", "old_pension")
RENAMED = {
    ("basic", "kana"): ("filer", "kana"),
    ("basic", "address_jan1"): ("filer", "address_jan1"),
    **{
        ("principal", name): ("filer", name)
        for name in ("kana", "sex", "address", "address_jan1", "personal_number")
    },
    **{("insurance", name): ("answers.life", name) for name in LIFE},
    **{("insurance", name): ("answers.earthquake", name) for name in ("earthquake", "old_long")},
    ("medical", "medical_paid"): ("answers.medical", "paid"),
    ("home-worker", "home_worker"): ("answers.special_rules", "home_worker"),
    ("personal", "child_elsewhere"): ("answers.special_rules", "child_elsewhere"),
    ("personal", "special_elsewhere"): ("answers.special_rules", "special_elsewhere"),
    ("collection", "collection"): ("answers.collection", ""),
}


def shown_and_filed(
    rows: Iterable[Shown], situation: Situation, document: Return
) -> tuple[Values, Values]:
    """Return what was shown for checking and what a document has of it: both are to be the same."""
    shown = as_to_be_filed(read(rows, situation), situation, document)
    return shown, filed_of(document, shown)


def as_to_be_filed(answered: Answered, situation: Situation, document: Return) -> Values:
    """Return where the form has each answer, by part and item; `document` says what follows."""
    filed = _of_cards(answered["card"][""], situation) | _kinds(answered)
    for section, entries in answered.items():
        if section in ("card", "income") or (section == "spouse" and not spouse_counts(situation)):
            continue
        standing = [
            key
            for key, fields in entries.items()
            if not _is_left_out(section, fields) and not _earns_too_much(section, key, situation)
        ]
        for key in standing:
            part = f"answers.{GROUPS.get(section)}"
            if key:
                part += f".{[entry for entry in standing if entry].index(key)}"
            for field, value in entries[key].items():
                filed |= _placed(section, part, field, value, entries[key], situation)
    filed |= _sums(answered, "life") | _sums(answered, "earthquake")
    if answered["principal" if situation.principal else "basic"][""]["same"] is True:
        filed["filer", "address_jan1"] = filed["filer", "address"]
    if not document.answers["personal"]["working_student"]:
        # The law takes the status away from who earns too much, and the school with it.
        filed.pop(("answers.personal", "school"), None)
    return {place: value for place, value in filed.items() if value != ""}


def _is_left_out(section: str, fields: dict[str, Any]) -> bool:
    """Whether an entry is not declared: taxed for good, or another taxpayer's dependant."""
    not_declared = section in ("dividends", "shares") and fields.get("method") == "none"
    return not_declared or fields.get("claimed_elsewhere") is True


def _earns_too_much(section: str, key: str, situation: Situation) -> bool:
    """Whether an entry is a relative above the limit, who is named for checking and not filed."""
    if section != "relatives" or not key:
        return False
    return relative_earns_too_much(situation.of_item(situation.entry(section, key)))


def _placed(
    section: str,
    part: str,
    field: str,
    value: Any,
    fields: dict[str, Any],
    situation: Situation,
) -> Values:
    """Return the place in the form of one answer, {} for what stands in none."""
    if (section, field) in STEERS or ((section, field) in CLAIMS and value is False):
        return {}
    if field == "sum of costs":
        assert value == f"{sum(v for k, v in fields.items() if k in COSTS[section]):,}円"
        return {}
    if field == "receipts":
        return _receipts(value)
    if field == "phone":
        return {("answers.agent" if situation.principal else "filer", "phone"): value}
    if value == "none" and field in ("disability", "abroad_reason", "method"):
        return {}
    if (field, value, fields.get("living")) == ("disability", "special", "together"):
        value = "special" if fields.get("cohabiting") is False else "special_co"
    return {RENAMED.get((section, field), (part, field)): value}


def _of_cards(shown: dict[str, str], situation: Situation) -> Values:
    """Return what the card says, of the filer or the agent, and for whom an agent acts."""
    said = {PRINCIPAL[label]: text for label, text in shown.items() if label in PRINCIPAL}
    whose = "answers.agent" if situation.principal else "filer"
    said |= {(whose, CARD[label]): text for label, text in shown.items() if label in CARD}
    # The form has no box for the reading of an agent's name.
    said.pop(("answers.agent", "kana"), None)
    authorities = {str(word): code for code, word in AUTHORITIES.items()}
    turned = {
        "birth_date": lambda text: parse_era(text).isoformat(),
        "sex": SEX.__getitem__,
        "authority": authorities.__getitem__,
        "personal_number": NUMBERS.__getitem__,
    }
    return {place: turned.get(place[1], str)(text) for place, text in said.items()}


def _kinds(answered: Answered) -> Values:
    """Return the kinds of income that are declared, "none" and "more" being none."""
    told = answered["income"][""]
    kinds = [*told.get("kinds", []), *told.get("more_kinds", [])]
    for code in ("dividends", "shares"):
        entries = answered.get(code, {}).values()
        if entries and all(_is_left_out(code, fields) for fields in entries):
            kinds.remove(code)
    declared = [kind for kind in kinds if kind not in ("none", "more")]
    return {("answers.income_kinds", ""): declared} if declared else {}


def _receipts(rows: list[tuple[str, str]]) -> Values:
    """Return the lines of a list of receipts; the last row is their sum."""
    found: Values = {}
    words = {item.label: item for item in load_form("R9").group("medical_receipts").items}
    kinds = {word: code for code, word in words["医療費の区分"].choices.items()}
    for number, (label, text) in enumerate(rows[:-1]):
        person, payee, *kind = label.split(" / ")
        paid, _, back = text.partition("(戻った金額 ")
        line = {"person": person, "payee": payee, "paid": yen(paid)}
        line |= {"reimbursed": yen(back.removesuffix(")"))} if back else {}
        line |= {"kind": kinds[kind[0]]} if kind else {}
        found |= {(f"answers.medical_receipts.{number}", name): v for name, v in line.items()}
    return found


def _sums(answered: Answered, block: str) -> Values:
    """Return the sums of certificates that were copied one by one."""
    sums: Values = defaultdict(int)
    for entry in answered.get(f"{block}-certificates", {}).values():
        sums[f"answers.{block}", entry["kind"]] += entry["amount"]
    return dict(sums)


def filed_of(document: Return, shown: Values) -> Values:
    """Return what a document says of what is typed: by part and item, as `as_to_be_filed` has it.

    Boxes at 0 and ticks that were not set are left out where the check page shows none.
    """
    form, filer = load_form(document.tax_year), filer_values(document)
    found: Values = {("filer", name): value for name, value in filer.items()}
    for part, _title, group, value in parts_of(form, document):
        if not group.items:
            found[part, ""] = value
        elif group.code == "social_insurance":
            found["answers.social_insurance", value["kind"]] = value["amount"]
        else:
            found |= {(part, item.code): value.get(item.code) for item in group.items}
    kept = {}
    for (part, item), value in found.items():
        if value in (None, "") or ((part, item) not in shown and _says_nothing(part, item, value)):
            continue
        kept[part, item] = GIVEN if item == "personal_number" else value
    return kept


def _says_nothing(part: str, item: str, value: Any) -> bool:
    group = part.split(".")[1] if "." in part else part
    return (group, item) in FOLLOWS or value in (0, False)
