"""入力の言葉: which inputs there are, what each is called, and which fact each becomes."""

from __future__ import annotations

#: Plain amounts: input → (fact, Japanese name).
AMOUNTS: dict[str, tuple[str, str]] = {
    "salary": ("salary", "給与収入"),
    "specific_expenses": ("specific_expenses", "特定支出控除額"),
    "public_pension": ("public_pension", "公的年金等の収入"),
    "other_total_income": ("other_total_income", "その他の総合課税の所得"),
    "listed_dividends_separate": ("listed_div", "上場株式等の配当（申告分離）"),
    "listed_stock_gain": ("stock", "上場株式等の譲渡益"),
    "listed_stock_loss": ("stock_loss", "上場株式等の譲渡損"),
    "general_stock_gain": ("stock_general", "一般株式等の譲渡益"),
    "futures_gain": ("futures", "先物取引の所得"),
    "forestry": ("forestry", "山林所得"),
    "forestry_loss": ("forestry_loss", "山林所得の損失"),
    "withheld_split": ("withheld_split", "配当割額・株式等譲渡所得割額"),
    "loss_carryforward": ("loss_carryforward", "繰越損失（純損失）"),
    "casualty_loss_carryforward": ("casualty_loss_carryforward", "繰越損失（雑損失）"),
    "stock_loss_carryforward": ("stock_loss_carryforward", "上場株式等の繰越損失"),
    "futures_loss_carryforward": ("futures_loss_carryforward", "先物取引の繰越損失"),
    "social_insurance": ("social_insurance", "社会保険料"),
    "small_mutual_aid": ("small_mutual_aid", "小規模企業共済等掛金"),
    "self_medication": ("self_medication", "セルフメディケーション税制の対象額"),
    "casualty_deduction": ("casualty_deduction", "雑損控除額"),
    "furusato": ("furusato", "ふるさと納税の寄附額"),
}

#: Yes or no: input → (fact, Japanese name).
CHOICES: dict[str, tuple[str, str]] = {
    "one_stop": ("one_stop", "ワンストップ特例の申請"),
    "home_worker": ("home_worker", "家内労働者等の特例"),
    "house_only": ("house_only", "家屋敷だけの課税"),
    "child_under_23_elsewhere": ("child_elsewhere", "別に申告された23歳未満の扶養親族"),
    "special_disabled_elsewhere": (
        "special_elsewhere",
        "別に申告された特別障害者（同一生計配偶者・扶養親族）",
    ),
}

_TRADE = {
    "revenue": ("revenue", "収入"),
    "expenses": ("expenses", "必要経費"),
    "family_employee": ("family_employee", "青色専従者給与"),
    "blue_deduction": ("blue_deduction", "青色申告特別控除"),
    "white_spouse": ("white_spouse", "白色専従者（配偶者）の人数"),
    "white_others": ("white_others", "白色専従者（配偶者以外）の人数"),
}
_NET = {"revenue": ("revenue", "収入"), "expenses": ("expenses", "必要経費")}
_LAND = {"gain": ("", "譲渡益"), "special_deduction": ("special_deduction", "特別控除")}


def _prefixed(prefix: str, parts: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    return {
        key: (f"{prefix}_{fact}" if fact else prefix, name) for key, (fact, name) in parts.items()
    }


#: Groups of amounts: input → (Japanese name, {part: (fact, Japanese name)}).
GROUPS: dict[str, tuple[str, dict[str, tuple[str, str]]]] = {
    "business": ("事業（営業等）", _prefixed("business", _TRADE)),
    "farm": ("事業（農業）", _prefixed("farm", _TRADE)),
    "real_estate": ("不動産", _prefixed("real_estate", _TRADE)),
    "misc_business": ("雑（業務）", _prefixed("misc_business", _NET)),
    "misc_other": ("雑（その他）", _prefixed("misc_other", _NET)),
    "occasional": ("一時", _prefixed("occasional", _NET)),
    "transfer_short": ("総合譲渡（短期）", _prefixed("transfer_short", _NET)),
    "transfer_long": ("総合譲渡（長期）", _prefixed("transfer_long", _NET)),
    "general_dividends": (
        "配当（総合課税）",
        {
            "shares": ("dividends", "株式の配当"),
            "trusts": ("dividends_trust", "証券投資信託"),
            "foreign_trusts": ("dividends_foreign_trust", "外貨建等証券投資信託"),
            "interest_paid": ("dividends_interest_paid", "負債の利子"),
        },
    ),
    "land_short_term": ("土地建物の短期譲渡", _prefixed("land_short", _LAND)),
    "land_short_term_public": ("国等への短期譲渡", _prefixed("land_short_public", _LAND)),
    "land_long_term": ("土地建物の長期譲渡", _prefixed("land_long", _LAND)),
    "land_long_term_superior": ("優良住宅地の長期譲渡", _prefixed("land_long_superior", _LAND)),
    "land_long_term_residence": ("居住用の長期譲渡", _prefixed("land_long_residence", _LAND)),
    "life": (
        "生命保険料",
        {
            "new_general": ("life_new_general", "新一般"),
            "old_general": ("life_old_general", "旧一般"),
            "care": ("life_care", "介護医療"),
            "new_pension": ("life_new_pension", "新個人年金"),
            "old_pension": ("life_old_pension", "旧個人年金"),
        },
    ),
    "specific_costs": (
        "特定支出",
        {
            "costs": ("specific_costs", "通勤費・旅費・研修費など"),
            "work_needs": ("specific_work_needs", "図書費・衣服費・交際費等"),
        },
    ),
    "earthquake": (
        "地震保険料",
        {
            "earthquake": ("earthquake", "地震保険料"),
            "old_long": ("old_long_insurance", "旧長期損害保険料"),
        },
    ),
    "medical": (
        "医療費",
        {
            "paid": ("medical_paid", "支払った医療費"),
            "reimbursed": ("medical_reimbursed", "補填された額"),
        },
    ),
    "casualty": (
        "雑損",
        {
            "net_loss": ("casualty_net_loss", "差引損失額"),
            "disaster_cost": ("casualty_disaster_cost", "災害関連支出"),
        },
    ),
    "other_donation": (
        "その他の寄附",
        {
            "both": ("donation_both", "市と県が指定する寄附"),
            "city": ("donation_city", "市だけが指定する寄附"),
            "pref": ("donation_pref", "県だけが指定する寄附"),
        },
    ),
    "foreign_tax": (
        "外国税額",
        {
            "left": ("foreign_tax_left", "所得税で引ききれない外国税額"),
            "income_tax_limit": ("foreign_tax_limit", "所得税の控除限度額"),
        },
    ),
}

#: Groups that may be written as one number: that number is this part.
SINGLE_PART = {
    "general_dividends": "shares",
    "other_donation": "both",
    **{name: "gain" for name in GROUPS if name.startswith("land_")},
}

HOUSING: dict[str, tuple[str, str]] = {
    "credit": ("housing_amount", "住宅借入金等特別控除額"),
    "income_tax_taxable": ("housing_income_tax_taxable", "所得税の課税総所得金額等"),
    "income_tax_before_credit": ("housing_income_tax", "控除前の所得税額"),
}

PEOPLE_KEYS = ("age", "total_income", "disability", "family_employee", "abroad")
SPOUSE_KEYS = (*PEOPLE_KEYS, "died")
RELATIVE_KEYS = (*PEOPLE_KEYS, "cohabiting_parent", "relation", "excluded")
FLAG_KEYS = (
    "disability",
    "widow",
    "single_parent",
    "working_student",
    "minor",
    "livelihood_protection",
)

DISABILITIES = {"general": 1, "special": 2, "special_co": 3}
RELATIONS = {"child": 1, "parent": 2, "grandparent": 2, "grandchild": 2, "sibling": 2, "other": 2}
SPOUSE_ABROAD = {False: 0, True: 1, "undocumented": 3}
ABROAD = {False: 0, True: 1, "study": 2, "remittance": 2, "undocumented": 3}
SINGLE_PARENTS = {"mother": 1, "father": 2}
WIDOWS = {False: 0, True: 1, "bereaved": 1, "divorced": 2}

#: Inputs that are income, or belong to one.
INCOMES = (
    "public_pension",
    "salary",
    "specific_expenses",
    "specific_costs",
    "business",
    "farm",
    "real_estate",
    "misc_business",
    "misc_other",
    "occasional",
    "transfer_short",
    "transfer_long",
    "other_total_income",
    "general_dividends",
    "listed_dividends_separate",
    "listed_stock_gain",
    "general_stock_gain",
    "futures_gain",
    "forestry",
    "forestry_loss",
    "land_short_term",
    "land_short_term_public",
    "land_long_term",
    "land_long_term_superior",
    "land_long_term_residence",
)


def facts_of_input(name: str) -> tuple[str, ...]:
    """The facts that a plain amount or a group of amounts becomes."""
    if name in AMOUNTS:
        return (AMOUNTS[name][0],)
    _label, parts = GROUPS[name]
    return tuple(fact for fact, _name in parts.values())
