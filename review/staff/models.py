"""Staff accounts (職員): who works here, with which rights, and how they log in."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device
from django_otp.oath import TOTP

from review.staff.roles import PERSONAL_ROLES, Role


class StaffManager(BaseUserManager["StaffMember"]):
    """Makes accounts; only `create_staff` and tests call it."""

    def create_user(self, number: str, password: str, **fields: Any) -> "StaffMember":
        member = self.model(number=number, **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member


# django-otp has no types, so the plugin cannot see the manager behind its device.
class StaffMember(AbstractBaseUser):  # type: ignore[django-manager-missing]
    """Staff member (職員): one person with an ID of their own; nobody shares one."""

    number = models.CharField(_("職員番号"), max_length=20, unique=True)
    name = models.CharField(_("氏名"), max_length=100)
    department = models.CharField(_("部署"), max_length=100)
    roles = ArrayField(models.CharField(max_length=12, choices=Role), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    # The one session that counts: a second log-in ends the first.
    session_key = models.CharField(max_length=40, blank=True, default="")

    USERNAME_FIELD = "number"
    objects: ClassVar[StaffManager] = StaffManager()

    class Meta:
        verbose_name = "職員"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(roles__contained_by=[role.value for role in PERSONAL_ROLES]),
                name="staff_roles_are_personal",
            )
        ]

    def __str__(self) -> str:
        return f"staff {self.number}"

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
