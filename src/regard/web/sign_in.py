"""Where allauth's forms of signing in are not strict enough for us."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.forms import ResetPasswordForm
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import transaction
from django.http import HttpRequest
from procrastinate.contrib.django import app

from regard.core.domain.account_mails import queue_reset_mail
from regard.core.domain.people import accept_code_step
from regard.core.models import User


class ForgottenPassword(ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    """Does the same for every address: a job looks whether there is an account, and writes to it."""

    def clean_email(self) -> str:
        return str(get_account_adapter().clean_email(self.cleaned_data["email"].lower()))

    @transaction.atomic
    def save(self, request: HttpRequest, **_options: Any) -> str:  # noqa: ARG002 - allauth's signature
        email = self.cleaned_data["email"]
        app.configure_task("web.send_account_mail").defer(mail_id=queue_reset_mail(email).pk)
        return str(email)


class OncePerCode(BaseAuthenticateForm):  # type: ignore[misc]
    """A code of the app lets in once: not again while it holds, nor one of before it."""

    def clean_code(self) -> str:
        code = str(super().clean_code())
        if self.authenticator.type == Authenticator.Type.TOTP:
            check_first_use(self.user, get_adapter().decrypt(self.authenticator.data["secret"]), code)
        return code


class SignInCode(OncePerCode, AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class RepeatedCode(OncePerCode, ReauthenticateForm):  # type: ignore[misc]
    """Where somebody who is signed in is asked once more."""


class FirstCode(ActivateTOTPForm):  # type: ignore[misc]
    """The code that shows that the app is set up is used by that."""

    def clean_code(self) -> str:
        code = str(super().clean_code())
        check_first_use(self.user, self.secret, code)
        return code


def check_first_use(user: User, secret: str, code: str) -> None:
    """Note that a code which is right was used. Raises ValidationError when it, or a later one, was before."""
    right = (
        step
        for step in yield_hotp_counters_from_time()
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step)))
    )
    step = next(right, None)
    if step is None or not accept_code_step(user, step):
        raise get_adapter().validation_error("incorrect_code")
