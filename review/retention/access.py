"""Who keeps the records (保存・消去の担当): the roles that all pages of the retention open to."""

from review.staff.roles import Role

KEEPERS = (Role.CONFIRMER, Role.ADMIN)
