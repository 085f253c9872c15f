"""入力を読む: from the input language to Facts; whatever cannot be right is refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tax import inputs as language
from tax.checks import check_combinations
from tax.errors import InputError
from tax.facts import Facts, Relative
from tax.law import Law, western_year

_LARGEST = 999_999_999_999
_OLDEST = 130
_MOST_RELATIVES = 99


def read_facts(inputs: Mapping[str, Any], law: Law) -> Facts:
    """The facts that inputs state; raises InputError naming the first input that is wrong."""
    if not isinstance(inputs, Mapping):
        raise InputError("inputs", "入力（inputs）は項目と値の組で書いてください。")
    facts = Facts()
    for key, value in inputs.items():
        if value is None and key in _OPTIONAL:
            continue
        _read_one(facts, key, value, law)
    _derive(facts, inputs, law)
    check_combinations(facts, inputs, law)
    return facts


_OPTIONAL = {"spouse", "relatives", "flags", "housing", *language.GROUPS}


def _read_one(facts: Facts, key: str, value: Any, law: Law) -> None:
    """One top-level input into its facts."""
    if key in language.AMOUNTS:
        name, label = language.AMOUNTS[key]
        if key == "salary" and isinstance(value, list):
            # Several employers: the salaries are added up before anything else (所得税法28条).
            value = sum(amount(f"salary.{at}", item, label) for at, item in enumerate(value))
        setattr(facts, name, amount(key, value, label))
    elif key in language.GROUPS:
        _read_group(facts, key, value)
    elif key in language.CHOICES:
        name, label = language.CHOICES[key]
        setattr(facts, name, yes_or_no(key, value, label))
    elif key == "age":
        facts.age = amount(key, value, "年齢", upto=_OLDEST, unit="歳")
    elif key == "spouse":
        _read_spouse(facts, value)
    elif key == "relatives":
        facts.relatives = _read_relatives(value)
    elif key == "flags":
        _read_flags(facts, value)
    elif key == "housing":
        _read_housing(facts, value, law)
    else:
        raise _unknown(key)


def _unknown(path: str) -> InputError:
    return InputError(
        path, f"「{path}」は計算に使えない項目です。項目名を確かめるか、削ってください。"
    )


def amount(path: str, value: Any, label: str, *, upto: int = _LARGEST, unit: str = "円") -> int:
    """A whole number from 0; bool, decimals and text are refused."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputError(path, f"{label}（{path}）は整数（{unit}）で入力してください。")
    if value < 0:
        raise InputError(path, f"{label}（{path}）は0以上で入力してください。")
    if value > upto:
        raise InputError(
            path, f"{label}（{path}）が大きすぎます。{upto:,}{unit}以下で入力してください。"
        )
    return value


def yes_or_no(path: str, value: Any, label: str) -> bool:
    """true or false, nothing else."""
    if not isinstance(value, bool):
        raise InputError(path, f"{label}（{path}）は true か false で入力してください。")
    return value


def code(path: str, value: Any, label: str, codes: Mapping[Any, int]) -> int:
    """One of a list of words, as its code; "" and null say none of them."""
    if value is None or value == "":
        return 0
    # A number is no yes or no, though 1 == True for Python.
    if isinstance(value, (str, bool)) and value in codes:
        return codes[value]
    words = "、".join(str(word).lower() if isinstance(word, bool) else word for word in codes)
    raise InputError(path, f"{label}（{path}）は {words} のどれかで入力してください。")


def _mapping(path: str, value: Any, label: str, keys: Any) -> Mapping[str, Any]:
    """An object with known keys only."""
    if not isinstance(value, Mapping):
        raise InputError(path, f"{label}（{path}）は項目と値の組で入力してください。")
    for key in value:
        if key not in keys:
            raise _unknown(f"{path}.{key}")
    return value


def _read_group(facts: Facts, key: str, value: Any) -> None:
    label, parts = language.GROUPS[key]
    if key in language.SINGLE_PART and not isinstance(value, Mapping):
        fact, _ = parts[language.SINGLE_PART[key]]
        setattr(facts, fact, amount(key, value, label))
        return
    for part, entry in _mapping(key, value, label, parts).items():
        fact, name = parts[part]
        upto = 20 if part.startswith("white_") else _LARGEST
        setattr(facts, fact, amount(f"{key}.{part}", entry, f"{label}の{name}", upto=upto))


def _read_spouse(facts: Facts, value: Any) -> None:
    if not value and isinstance(value, Mapping):
        return
    person = _mapping("spouse", value, "配偶者", language.SPOUSE_KEYS)
    facts.has_spouse = True
    facts.spouse_age = amount(
        "spouse.age", person.get("age", 40), "配偶者の年齢", upto=_OLDEST, unit="歳"
    )
    facts.spouse_income = amount(
        "spouse.total_income", person.get("total_income", 0), "配偶者の合計所得金額"
    )
    facts.spouse_disability = code(
        "spouse.disability", person.get("disability"), "配偶者の障害", language.DISABILITIES
    )
    facts.spouse_abroad = code(
        "spouse.abroad", person.get("abroad"), "国外居住", language.SPOUSE_ABROAD
    )
    facts.spouse_family_employee = yes_or_no(
        "spouse.family_employee", person.get("family_employee", False), "専従者"
    )
    facts.spouse_died = yes_or_no("spouse.died", person.get("died", False), "年の中途の死亡")


def _read_relatives(value: Any) -> tuple[Relative, ...]:
    if not isinstance(value, (list, tuple)):
        raise InputError("relatives", "扶養親族（relatives）は人の並び（[ ]）で入力してください。")
    if len(value) > _MOST_RELATIVES:
        raise InputError("relatives", f"扶養親族（relatives）は{_MOST_RELATIVES}人までです。")
    return tuple(_read_relative(f"relatives.{at}", item) for at, item in enumerate(value))


def _read_relative(path: str, value: Any) -> Relative:
    person = _mapping(path, value, "親族", language.RELATIVE_KEYS)
    if "age" not in person:
        raise InputError(f"{path}.age", f"親族の年齢（{path}.age）を入力してください。")
    if person.get("relation") == "spouse":
        raise InputError(
            f"{path}.relation",
            f"配偶者（{path}）は扶養親族になりません。spouse だけに入力してください。",
        )
    return Relative(
        age=amount(f"{path}.age", person["age"], "親族の年齢", upto=_OLDEST, unit="歳"),
        total_income=amount(
            f"{path}.total_income", person.get("total_income", 0), "親族の合計所得金額"
        ),
        disability=code(
            f"{path}.disability", person.get("disability"), "親族の障害", language.DISABILITIES
        ),
        cohabiting_parent=yes_or_no(
            f"{path}.cohabiting_parent", person.get("cohabiting_parent", False), "同居老親等"
        ),
        abroad=code(f"{path}.abroad", person.get("abroad"), "国外居住", language.ABROAD),
        family_employee=yes_or_no(
            f"{path}.family_employee", person.get("family_employee", False), "専従者"
        ),
        relation=code(f"{path}.relation", person.get("relation"), "続柄", language.RELATIONS),
        excluded=yes_or_no(f"{path}.excluded", person.get("excluded", False), "数えない親族"),
    )


def _read_flags(facts: Facts, value: Any) -> None:
    flags = _mapping("flags", value, "本人の区分", language.FLAG_KEYS)
    own = {word: language.DISABILITIES[word] for word in ("general", "special")}
    facts.disability = code("flags.disability", flags.get("disability"), "本人の障害", own)
    facts.widow = code("flags.widow", flags.get("widow"), "寡婦", language.WIDOWS)
    facts.single_parent = code(
        "flags.single_parent", flags.get("single_parent"), "ひとり親", language.SINGLE_PARENTS
    )
    for name, label in (
        ("working_student", "勤労学生"),
        ("minor", "未成年"),
        ("livelihood_protection", "生活扶助"),
    ):
        setattr(facts, name, yes_or_no(f"flags.{name}", flags.get(name, False), label))


def _read_housing(facts: Facts, value: Any, law: Law) -> None:
    keys = (
        *language.HOUSING,
        "move_in_year",
        "specified_acquisition",
        "income_tax_basic_deduction",
    )
    housing = _mapping("housing", value, "住宅借入金等", keys)
    for key, (fact, label) in language.HOUSING.items():
        if key not in housing:
            raise InputError(f"housing.{key}", f"{label}（housing.{key}）を入力してください。")
        setattr(facts, fact, amount(f"housing.{key}", housing[key], label))
    income_year = western_year(law.tax_year) - 1
    moved = amount(
        "housing.move_in_year",
        housing.get("move_in_year"),
        "居住開始年",
        upto=income_year,
        unit="年",
    )
    if moved < 1999:
        raise InputError(
            "housing.move_in_year", "居住開始年（housing.move_in_year）は1999年以降の西暦です。"
        )
    facts.has_housing, facts.housing_move_in_year = True, moved
    facts.housing_specified = yes_or_no(
        "housing.specified_acquisition", housing.get("specified_acquisition", False), "特定取得"
    )
    # 0 stands for "not given": the engine's own table then answers.
    facts.housing_basic_deduction = amount(
        "housing.income_tax_basic_deduction",
        housing.get("income_tax_basic_deduction", 0),
        "所得税の基礎控除",
    )


def _derive(facts: Facts, inputs: Mapping[str, Any], law: Law) -> None:
    """未成年: follows from a stated age where nothing is said of it."""
    flags = inputs.get("flags") or {}
    if "minor" not in flags and "age" in inputs:
        facts.minor = facts.age < law.minor_age
