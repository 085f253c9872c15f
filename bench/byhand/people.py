"""Who files (架空の人), and what each reads off the papers on the table."""

from dataclasses import dataclass, field

Answers = dict[str, dict[str, str]]

NOTHING_ELSE: Answers = {
    "basic/contact": {"phone": "0960000000", "same": "yes"},
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
        "social-insurance/which": {
            "which": "social life medical",
            "social-late_elderly": "84000",
            "life-new_general": "36000",
            "life-care": "18000",
            "medical-medical_paid": "182000",
        },
        "spouse/which": {
            "which": "none",
            "marital-marital": "widowed",
            "partner-partner": "no",
        },
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
        "social-insurance/which": {"which": "social", "social-national_pension": "210120"},
        "spouse/which": {"which": "none", "marital-marital": "never"},
    },
)
FILERS = (PENSIONER, PART_TIMER)
# How somebody comes in, and signs.
WAYS = {"password": "メールアドレス", "app": "カードのアプリ"}
