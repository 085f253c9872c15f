"""Sequences of the numbers that this office gives out: 住登外 and 法人, and 統合宛名番号."""

from django.db import migrations

FORWARDS = """
CREATE SEQUENCE addressees_own_number;
CREATE SEQUENCE addressees_unified_number;
"""
BACKWARDS = """
DROP SEQUENCE addressees_own_number;
DROP SEQUENCE addressees_unified_number;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("addressees", "0004_contacts"),
        ("addressees", "0004_kana_by_its_beginning"),
    ]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
