"""Saying yes or no to an invitation: without sign-in, JavaScript or cookies."""

from __future__ import annotations

import secrets

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from regard.core.edges.pages import posted
from regard.core.languages import page_language
from regard.grow.domain.links import LinkInvalid, member_of_link
from regard.grow.domain.members import CUSTOMER, move_member
from regard.grow.models import MemberState, ProgrammeMember
from regard.profile.domain.languages import languages_of

ANSWERS = {"yes": MemberState.ACCEPTED, "no": MemberState.DECLINED, "leave": MemberState.LEFT}


@csrf_exempt
@login_not_required
@never_cache
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, since programs that look into mails follow every link; POST answers. Whoever has the link may."""
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponseNotAllowed(["GET", "POST"])
    try:
        member = member_of_link(token)
    except LinkInvalid:
        return _show(request, None, status=410)
    spoken = languages_of(member.identity.customer.attributes)
    with translation.override(page_language(*spoken, member.store.language)):
        said = ANSWERS.get(posted(request, "answer")) if request.method == "POST" else None
        if said is not None:
            try:
                move_member(member, said, actor=CUSTOMER)
            except ValidationError:
                member.refresh_from_db()  # it was answered otherwise meanwhile, or the programme was closed
        return _show(request, member)


def _show(request: HttpRequest, member: ProgrammeMember | None, status: int = 200) -> HttpResponse:
    """With its style in it and nothing else, which the policy holds it to."""
    nonce = secrets.token_urlsafe(12)
    shop = member.store if member else None
    context = {"nonce": nonce, "member": member, "programme": member and member.programme, "shop": shop}
    response = render(request, "grow/public/answer.html", context, status=status)
    response["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
