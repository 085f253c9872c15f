"""Random residents for property tests, in compute_tax's language."""

from hypothesis import strategies as st

YEARS = st.sampled_from(["R7", "R8", "R9", "R10"])
SMALL = st.integers(0, 400_000)
INCOME = st.one_of(st.integers(0, 3_000_000), st.integers(0, 40_000_000))
DISABILITIES = st.sampled_from(["", "general", "special"])


def optional(**parts):
    return st.fixed_dictionaries({}, optional=parts)


RELATIVE = st.fixed_dictionaries(
    {"age": st.integers(0, 100)},
    optional={
        "total_income": st.integers(0, 1_400_000),
        "disability": st.sampled_from(["general", "special", "special_co"]),
        "abroad": st.sampled_from([False, True, "study", "undocumented"]),
        "family_employee": st.booleans(),
        "relation": st.sampled_from(["child", "parent", "other"]),
    },
)
SPOUSE = st.fixed_dictionaries(
    {"age": st.integers(18, 100), "total_income": st.integers(0, 1_500_000)},
    optional={"disability": st.sampled_from(["general", "special", "special_co"])},
)
TRADE = optional(
    revenue=INCOME, expenses=INCOME, family_employee=SMALL, blue_deduction=st.integers(0, 650_000)
)
COMMON = {
    "age": st.integers(18, 100),
    "salary": INCOME,
    "public_pension": st.integers(0, 12_000_000),
    "business": TRADE,
    "real_estate": TRADE,
    "misc_business": optional(revenue=INCOME, expenses=SMALL),
    "occasional": optional(revenue=INCOME, expenses=SMALL),
    "transfer_long": optional(revenue=INCOME, expenses=INCOME),
    "transfer_short": optional(revenue=INCOME, expenses=INCOME),
    "general_dividends": optional(shares=INCOME, trusts=INCOME, foreign_trusts=SMALL),
    "listed_dividends_separate": INCOME,
    "listed_stock_gain": INCOME,
    "land_long_term": optional(gain=INCOME, special_deduction=INCOME),
    "land_long_term_superior": INCOME,
    "land_short_term": INCOME,
    "forestry": INCOME,
    "forestry_loss": SMALL,
    "withheld_split": SMALL,
    "loss_carryforward": INCOME,
    "casualty_loss_carryforward": INCOME,
    "social_insurance": st.integers(0, 3_000_000),
    "life": optional(new_general=SMALL, old_general=SMALL, care=SMALL, old_pension=SMALL),
    "earthquake": optional(earthquake=SMALL, old_long=SMALL),
    "medical": optional(paid=SMALL, reimbursed=SMALL),
    "relatives": st.lists(RELATIVE, max_size=4),
    "furusato": st.integers(0, 2_000_000),
    "other_donation": optional(both=SMALL, city=SMALL),
    "one_stop": st.booleans(),
    "home_worker": st.booleans(),
    "housing": st.fixed_dictionaries(
        {
            "move_in_year": st.integers(2009, 2023),
            "specified_acquisition": st.booleans(),
            "credit": SMALL,
            "income_tax_taxable": INCOME,
            "income_tax_before_credit": SMALL,
        }
    ),
    "foreign_tax": optional(left=SMALL, income_tax_limit=SMALL),
}
MARRIED = st.fixed_dictionaries(
    {"spouse": SPOUSE}, optional=COMMON | {"flags": optional(disability=DISABILITIES)}
)
STATUS = {
    "flags": st.one_of(
        optional(disability=DISABILITIES, widow=st.booleans()),
        optional(single_parent=st.sampled_from(["mother", "father"])),
        optional(working_student=st.booleans(), livelihood_protection=st.booleans()),
    )
}
ALONE = st.fixed_dictionaries({}, optional=COMMON | STATUS)
# Whose spouse died in the year.
BEREAVED = st.fixed_dictionaries(
    {"spouse": SPOUSE.map(lambda spouse: spouse | {"died": True})}, optional=COMMON | STATUS
)
RESIDENTS = st.one_of(MARRIED, ALONE, BEREAVED)
