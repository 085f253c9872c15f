"""Who files (架空の人), and what each reads off the papers on the table."""

from dataclasses import dataclass, field

Answers = dict[str, dict[str, str]]

NOTHING_ELSE: Answers = {
    "basic/phone": {"phone": "0960000000"},
    "basic/address": {"same": "yes"},
    "spouse/which": {"which": "none"},
    "personal/partner": {"partner": "no"},
}


@dataclass(frozen=True)
class Filer:
    """A person with answers (several ticks are parted by a blank); `slips` are copied in order.

    `key_seconds` is what one key on a phone takes: KLM's 1.20 for who is not used to a keyboard,
    0.50 for single keys without a typing rhythm (Card, Moran & Newell 1980).
    """

    name: str
    title: str
    kind: str
    born_before: str
    key_seconds: float
    answers: Answers
    slips: list[dict[str, str]] = field(default_factory=list)


PENSIONER = Filer(
    name="pensioner",
    title="年金の人(75歳以上、保険料・生命保険・医療費の控除)",
    kind="pension",
    born_before="1951-01-01",
    key_seconds=1.20,
    slips=[
        {
            "source": "state",
            "revenue": "1900000",
            "withheld_tax": "",
            "social_insurance": "86400",
        }
    ],
    answers=NOTHING_ELSE
    | {
        "income/kinds": {"kinds": "pension"},
        "social-insurance/which": {"which": "social life medical"},
        "social-insurance/amounts": {"late_elderly": "84000"},
        "insurance/life": {"new_general": "36000", "care": "18000"},
        "medical/amounts": {"medical_paid": "182000"},
        "personal/marital": {"marital": "widowed"},
    },
)
PART_TIMER = Filer(
    name="part_timer",
    title="パートの人(勤め先2つ、年末調整なし、国民年金の控除)",
    kind="salary",
    born_before="2006-01-01",
    key_seconds=0.50,
    slips=[
        {
            "payer": "くまもと商店",
            "revenue": "1240000",
            "withheld_tax": "12400",
            "social_insurance": "",
        },
        {"payer": "あその湯", "revenue": "380000", "withheld_tax": "11640", "social_insurance": ""},
    ],
    answers=NOTHING_ELSE
    | {
        "income/kinds": {"kinds": "salary"},
        "social-insurance/which": {"which": "social"},
        "social-insurance/amounts": {"national_pension": "210120"},
        "personal/marital": {"marital": "never"},
    },
)
FILERS = (PENSIONER, PART_TIMER)
