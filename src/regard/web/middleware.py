"""What holds for every page: nobody unknown gets in, and browsers load nothing but what is ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from regard.core.config import config
from regard.core.edges.pages import STORE_LANGUAGE
from regard.core.languages import page_language

# Programs sign in to these with keys of their own, or are asked nothing.
OWN_SIGN_IN = ("/api/",)
# What is answered to everybody alike, in a language that its address asks for: neither who reads it nor
# their browser makes a difference, so that caches may keep it.
ALIKE = ("/r/", "/w/")


class ReaderLanguage(LocaleMiddleware):
    """Pages are in the language that the person has chosen, else in that of the store they were in last, else in
    one that their browser asks for. Programs are answered in one that they ask for."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if request.path.startswith((*OWN_SIGN_IN, *ALIKE)) or not request.user.is_authenticated:
            return
        wanted = request.user.language or request.session.get(STORE_LANGUAGE)
        if wanted:
            translation.activate(page_language(wanted))
            request.LANGUAGE_CODE = translation.get_language() or ""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response if request.path.startswith(ALIKE) else super().process_response(request, response)


class SignInRequired(LoginRequiredMiddleware):
    """Every page asks to sign in, unless its view is marked `login_not_required`."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        # Django would look up who it is before it asks the view, and tell caches that the answer depends on it.
        if request.path.startswith(OWN_SIGN_IN) or not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class ContentSecurityPolicy:
    """Sends the policy with every response that has none of its own: no inline script or style, nothing from
    other places but the live stream of the intake, no frames."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response.headers.setdefault("Content-Security-Policy", _policy(config().intake_url))
        return response


def _policy(intake_url: str) -> str:
    return "; ".join(
        (
            "default-src 'self'",
            f"connect-src 'self' {intake_url}",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )
