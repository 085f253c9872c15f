"""Attestations of where backups lie (バックアップの保管場所の確認): what no program can see."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from filing.calendar import years_after
from review.deciding import Proposal


class PlaceAttestation(Proposal):
    """Attestation (保管場所の確認): one saw where the second place is, another confirms it.

    It is about the place as the settings named it then; `why` says by what it was seen (a visit,
    the provider's certificate). Name another place, and it counts no longer.
    """

    name = models.CharField(_("データセンター"), max_length=200)
    address = models.CharField(_("所在地"), max_length=300)
    seen_on = models.DateField(_("確認した日"))

    class Meta:
        verbose_name = "バックアップの保管場所の確認"
        constraints = [*Proposal.Meta.constraints]

    def __str__(self) -> str:
        return f"attestation {self.pk}"

    @property
    def due_on(self) -> date:
        """Return the last day of its year: by then the place is to be seen again."""
        return years_after(self.seen_on, 1)
