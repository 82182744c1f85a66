from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regard.core import clock


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A person who can sign in; without a password, only through a link that sets one."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class Theme(models.TextChoices):
    """Whether pages are light or dark; "" is as the person's system is."""

    SYSTEM = "", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(models.TextChoices):
    """How much room rows have."""

    COMPACT = "", _("Compact")
    COMFORTABLE = "comfortable", pgettext_lazy("of rows", "Comfortable")


class User(AbstractBaseUser):
    """A person. What they may do is said by their memberships, store by store."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    theme = models.CharField(_("colours"), max_length=5, choices=Theme.choices, blank=True, default="")
    # "" is as the store that they are in.
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    density = models.CharField(_("rows"), max_length=11, choices=Density.choices, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now)
    # The half minute, counted from 1970, of the last code of two-step sign-in that was accepted.
    last_code_step = models.BigIntegerField(null=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.name or self.email
