"""Recipients (送付先): who gets a notice and where, as printed behind an envelope's window."""

from datetime import date
from typing import NamedTuple

from review.addressees.contacts import mail_address
from review.addressees.models import Addressee, Business
from review.assessment.preparing import Employer


class Recipient(NamedTuple):
    """Name with its form of address, postal code, address."""

    to: str
    postal_code: str = ""
    address: str = ""

    @property
    def printed(self) -> dict[str, str]:
        """Return the lines as a document's content has them."""
        code = self.postal_code
        shown = f"〒{code[:3]}-{code[3:]}" if len(code) == 7 else code
        return {"to": self.to, "postal_code": shown, "address": self.address}


def of_person(person: Addressee, day: date) -> Recipient:
    """Return who gets a person's notices on a day: 相続人, 納税管理人, 送付先, or the person."""
    name, postal_code, address = mail_address(person, on=day)
    return Recipient(f"{name} 様", postal_code, address)


def of_employer(employer: Employer) -> Recipient:
    """Return an employer's name and, where the register knows the business, its address."""
    known = registered(employer)
    return Recipient(f"{employer.name} 御中", "", known.address if known else "")


def registered(employer: Employer) -> Business | None:
    """Return the business (法人) of an employer, where its 法人番号 is registered."""
    if not employer.number:
        return None
    return Business.objects.filter(corporate_number=employer.number).first()
