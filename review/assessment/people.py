"""Same persons (同一人) in assessment: documents of all their 宛名 count for one of them."""

from collections import defaultdict
from uuid import UUID

from review.addressees.models import Addressee, SamePerson


class SamePersons:
    """Who is the same person: the smallest 宛名番号 of a group stands for all of it."""

    def __init__(self) -> None:
        pairs = SamePerson.objects.filter(confirmed_at__isnull=False)
        groups: dict[UUID, set[UUID]] = {}
        for first, second in pairs.values_list("first_id", "second_id"):
            group = groups.get(first, {first}) | groups.get(second, {second})
            groups |= dict.fromkeys(group, group)
        numbers = dict(Addressee.objects.filter(pk__in=groups).values_list("pk", "number"))
        self._main = {one: min(group, key=numbers.__getitem__) for one, group in groups.items()}
        self._members: dict[UUID, list[UUID]] = defaultdict(list)
        for one, main in self._main.items():
            self._members[main].append(one)

    def main_of(self, person: UUID) -> UUID:
        """Return who is assessed for a person: mostly the person."""
        return self._main.get(person, person)

    def members_of(self, main: UUID) -> list[UUID]:
        """Return all 宛名 whose documents count for a person."""
        return self._members.get(main) or [main]
