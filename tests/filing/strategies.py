"""Hypothesis strategies made from the form definition: any return that the form can hold."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from filing import Group, Item, Person, Return, load_form
from filing.form import Form
from filing.values import MAX_MONEY, has_forbidden

# 異体字 with selectors, a compatibility ideograph, planes 2 and 3, 外字 of the private area, Latin,
# Hangul, Thai, marks that XML must escape.
REAL_NAMES = (
    "葛󠄀城 𠮷右衛門",
    "﨑山 \ufa19子",
    "𰻞 太郎",
    "渡󠄁邉\ue000",
    "O'Brien-Müller Åsa",
    "홍길동",
    "สมชาย",
    "<&>\"'",
    "山\u200d田",
    "髙橋　①",
)

_CHARACTERS = st.characters(exclude_categories=("Cc", "Cs")).filter(
    lambda character: not has_forbidden(character)
)
_BLANK_FREE = st.text(_CHARACTERS, min_size=1, max_size=20).filter(lambda text: text.strip() != "")
TEXTS = st.one_of(st.sampled_from(REAL_NAMES), _BLANK_FREE)
DAYS = st.dates(date(1900, 1, 1), date(2026, 12, 31))
VALID_NUMBERS = st.sampled_from(("123456789018", "234567890121", "100000000005", ""))


def values(item: Item) -> st.SearchStrategy[Any]:
    """Values that an item of the form can hold."""
    by_type: dict[str, st.SearchStrategy[Any]] = {
        "text": TEXTS,
        "note": st.one_of(st.just(""), st.builds("{}\n{}".format, TEXTS, TEXTS)),
        "kana": st.text("アイウエオカガヴヽー・　 ", min_size=1).map(lambda text: f"ア{text}"),
        "money": st.integers(0, MAX_MONEY),
        "date": DAYS.map(date.isoformat),
        "code": st.sampled_from(sorted(item.choices)) if item.choices else st.nothing(),
        "flag": st.booleans(),
        "count": st.integers(1, 9999),
        "personal_number": VALID_NUMBERS,
        "phone": st.just("096-328-2181"),
    }
    return st.one_of(st.just(""), by_type[item.type]) if item.empty else by_type[item.type]


def records(items: tuple[Item, ...]) -> st.SearchStrategy[dict[str, Any]]:
    required = {item.code: values(item) for item in items if not item.optional}
    optional = {item.code: values(item) for item in items if item.optional}
    return st.fixed_dictionaries(required, optional=optional)


def blocks(group: Group) -> st.SearchStrategy[Any]:
    if group.kind == "code":
        return st.sampled_from(sorted(group.choices))
    if group.kind == "codes":
        return st.lists(st.sampled_from(sorted(group.choices)), unique=True)
    if group.kind == "record":
        return records(group.items)
    return st.lists(records(group.items), max_size=3)


def answers_of(form: Form) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={group.code: blocks(group) for group in form.groups})


@st.composite
def returns(draw: st.DrawFn, tax_year: str = "R9") -> Return:
    form = load_form(tax_year)
    filer = Person(
        name=draw(TEXTS),
        kana=draw(st.sampled_from(("サトウ　ハナコ", "ヷン・ゴッホ", ""))),
        birth_date=draw(DAYS),
        sex=draw(st.sampled_from("129")),
        address=draw(TEXTS),
        personal_number=draw(VALID_NUMBERS),
    )
    return Return(
        tax_year=tax_year,
        filing_id=str(draw(st.uuids())),
        version=draw(st.integers(1, 9999)),
        challenge=draw(st.text("abcdefABCDEF0123456789-_", min_size=1, max_size=64)),
        prepared_on=draw(DAYS),
        municipality_code="431001",
        filer=filer,
        address_jan1=draw(st.one_of(st.just(""), TEXTS)),
        phone=draw(st.sampled_from(("", "096-328-2181", "+81-96-328-2181"))),
        purpose_version="2026-1",
        answers=draw(answers_of(form)),
    )
