"""Staff accounts (職員): who works here, with which rights, and how they log in."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device
from django_otp.oath import TOTP

from review.staff.devices import SecurityKey
from review.staff.grants import RoleGrant

__all__ = ["CodeDevice", "LoginAttempt", "RoleGrant", "SecurityKey", "StaffMember"]

# A password lasts 180 days (セキュリティポリシー), then the next request asks for another.
PASSWORD_LASTS = timedelta(days=180)
# One person's number: letters may lead, at least three digits follow. No "admin", no "tax01".
PERSONAL_NUMBER = re.compile(r"[A-Z]{0,3}[0-9]{3,12}")
FIRST_DAY = date(2026, 4, 1)


class StaffManager(BaseUserManager["StaffMember"]):
    """Makes accounts; only `create_staff` and tests call it."""

    def create_user(
        self,
        number: str,
        password: str,
        *,
        roles: Iterable[str] = (),
        decision: str = "初期設定",
        **fields: Any,
    ) -> "StaffMember":
        """Make an account with the rights that the first decision (決裁) gives it.

        Raises ValueError for a number that stands for an office or a task and not for a person.
        """
        if not PERSONAL_NUMBER.fullmatch(number):
            raise ValueError(f"{number} is no 職員番号 of one person")
        member = self.model(number=number, password_changed_at=timezone.now(), **fields)
        member.set_password(password)
        with transaction.atomic():
            member.save(using=self._db)
            for role in roles:
                RoleGrant.objects.create(
                    member=member,
                    role=role,
                    starts_on=FIRST_DAY,
                    decision=decision,
                    requested_by="batch:create_staff",
                    requested_at=member.password_changed_at,
                    approved_by="batch:decision",
                    approved_at=member.password_changed_at,
                )
        return member


# django-otp has no types, so the plugin cannot see the manager behind its device.
class StaffMember(AbstractBaseUser):  # type: ignore[django-manager-missing]
    """Staff member (職員): one person with an ID of their own; nobody shares one."""

    number = models.CharField(_("職員番号"), max_length=20, unique=True)
    name = models.CharField(_("氏名"), max_length=100)
    department = models.CharField(_("部署"), max_length=100)
    # The person's own 宛名番号, so that looks at oneself and at colleagues can be found in the log.
    addressee_number = models.CharField(_("宛名番号"), max_length=20, blank=True, default="")
    is_active = models.BooleanField(default=True)
    # The one session that counts: a second log-in ends the first.
    session_key = models.CharField(max_length=40, blank=True, default="")
    password_changed_at = models.DateTimeField()

    USERNAME_FIELD = "number"
    objects: ClassVar[StaffManager] = StaffManager()

    class Meta:
        verbose_name = "職員"

    def __str__(self) -> str:
        return f"staff {self.number}"

    def load_rights(self, day: date) -> None:
        """Read the rights that hold on this day: the middleware does so at every request."""
        self._rights = list(RoleGrant.active(day).filter(member=self))

    @property
    def rights(self) -> list[RoleGrant]:
        if not hasattr(self, "_rights"):
            self.load_rights(timezone.localdate())
        return self._rights

    @property
    def roles(self) -> frozenset[str]:
        """Return the roles that the person holds, whatever the procedure."""
        return frozenset(grant.role for grant in self.rights)

    @property
    def procedures(self) -> dict[str, frozenset[str]]:
        """Return for each role the procedures (手続) that it covers; "" stands for all."""
        covered: dict[str, set[str]] = {}
        for grant in self.rights:
            covered.setdefault(grant.role, set()).add(grant.procedure)
        return {role: frozenset(names) for role, names in covered.items()}

    def procedures_of(self, *roles: str) -> frozenset[str]:
        """Return the procedures that at least one of these roles covers; "" stands for all."""
        return frozenset().union(*(self.procedures.get(role, frozenset()) for role in roles))

    def may_handle(self, procedure: str, *roles: str) -> bool:
        """Tell whether one of these roles covers the procedure (手続)."""
        return not self.procedures_of(*roles).isdisjoint({"", procedure})

    def password_is_old(self, now: datetime) -> bool:
        """Tell whether the password has outlived its 180 days."""
        return now - self.password_changed_at > PASSWORD_LASTS

    def holds(self, *roles: str) -> bool:
        """Tell whether the person has at least one of these roles."""
        return not set(roles).isdisjoint(self.roles)


class CodeDevice(Device):
    """One-time code device (ワンタイムコード): an authenticator app, its seed sealed at rest.

    django-otp's own TOTP device keeps the seed in clear, hence this one.
    """

    row = models.UUIDField(default=uuid4, editable=False, unique=True)
    seed_sealed = models.BinaryField()
    # A code is good once: only later time steps than this are accepted.
    last_step = models.BigIntegerField(default=-1)

    class Meta(Device.Meta):
        verbose_name = "ワンタイムコード"
        constraints = [models.UniqueConstraint(fields=["user"], name="one_code_device_each")]

    def seal_seed(self, seed: bytes) -> None:
        self.seed_sealed = settings.DATA_KEYRING.encrypt(seed, row=self._row_name)

    def accepts(self, code: str, *, now: datetime) -> bool:
        """Tell whether `code` is right and unused; remember it as used."""
        if not (code.isascii() and code.isdigit() and len(code) == 6):
            return False
        totp = TOTP(settings.DATA_KEYRING.decrypt(bytes(self.seed_sealed), row=self._row_name))
        totp.time = now.timestamp()
        if not totp.verify(int(code), tolerance=1, min_t=self.last_step + 1):
            return False
        self.last_step = totp.t()
        self.save(update_fields=["last_step"])
        return True

    def verify_token(self, token: str) -> bool:
        """Answer django-otp's own question with the clock of the machine."""
        return self.accepts(token, now=timezone.now())

    @property
    def _row_name(self) -> str:
        return f"code_device:seed:{self.row}"


class LoginAttempt(models.Model):
    """Log-in attempt (ログイン試行): written before the password is hashed, cleared by success.

    Attempts of unknown numbers count too, so that the answer does not tell who works here.
    """

    at = models.DateTimeField()
    number = models.CharField(max_length=20)
    address = models.CharField(max_length=45)
    cleared_by = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        verbose_name = "ログイン試行"
        indexes = [
            models.Index(fields=["number"], name="attempt_open", condition=models.Q(cleared_by="")),
            models.Index(fields=["address", "at"], name="attempt_by_address"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk}"
