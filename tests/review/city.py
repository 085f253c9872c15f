"""A city in small: the people whom the tests know, their cards, and what the city holds."""

from datetime import UTC, date, datetime

from review.addressees.models import Addressee, CertificateLink
from signing.certificates import read_attributes
from signing.demo import CardHolder, open_card

ISSUED = datetime(2027, 1, 5, tzinfo=UTC)
SIGNING_PIN = "ABC12345"

SATO = CardHolder(
    name="佐藤 花子",
    kana="サトウ ハナコ",
    birth_date=date(1985, 4, 1),
    sex="2",
    address="熊本県熊本市中央区手取本町1番1号",
    personal_number="123456789018",
)
KATO = CardHolder(
    name="加藤 次郎",
    kana="カトウ ジロウ",
    birth_date=date(1979, 8, 9),
    sex="1",
    address="熊本県熊本市東区東町2番3号",
    personal_number="234567890121",
)
NUMBERS = {"sato": "100000001", "kato": "100000002"}
WARDS = {"sato": "中央区", "kato": "東区"}
PEOPLE = {"sato": SATO, "kato": KATO}


def issue_cards(pki):
    """Return an opened card for each person."""
    cards = {}
    for key, holder in PEOPLE.items():
        card = pki.issue(holder, signing_pin=SIGNING_PIN, number_pin="1234", at=ISSUED)
        cards[key] = open_card(card, SIGNING_PIN)
    return cards


def populate(cards):
    """Enter everybody into the register; Sato's card is linked, Kato's is not."""
    people = {key: enter(NUMBERS[key], holder, WARDS[key]) for key, holder in PEOPLE.items()}
    link(people["sato"], cards["sato"])
    return people


def enter(number, holder, ward="中央区"):
    person = Addressee(
        number=number,
        kana=holder.kana,
        birth_date=holder.birth_date,
        sex=holder.sex,
        address=holder.address,
        address_jan1=holder.address,
        ward=ward,
    )
    person.take_name(holder.name)
    person.take_number(holder.personal_number)
    person.save(force_insert=True)
    return person


def link(person, card):
    attributes = read_attributes(card.certificate_der)
    return CertificateLink.objects.create(
        issuer_key_id=attributes.issuer_key_id, serial=str(attributes.serial), addressee=person
    )
