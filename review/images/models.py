"""Notes on pictures of documents (アノテーション): beside the document, never in it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from review.assessment.models import SourceDocument
from review.sealed_fields import SealedTextField


class DocumentNote(models.Model):
    """Note on a document (付箋): what somebody wrote beside its picture; removed ones stay kept."""

    document = models.ForeignKey(SourceDocument, models.CASCADE, related_name="image_notes")
    text = SealedTextField(
        _("付箋"),
        max_length=300,
        year="document__tax_year",
        row="document-note:{document_id}:{made_at}:{made_by}",
    )
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        verbose_name = "付箋"
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by="")
                | Q(removed_at__isnull=False) & ~Q(removed_by=""),
                name="note_removed_has_who_and_when",
            )
        ]

    def __str__(self) -> str:
        return f"note {self.pk}"
