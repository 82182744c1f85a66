"""The codes of an offer: brought in, made ahead, taken out for the shop."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.core.edges.pages import StoreRequest, first_message, notify, posted, store_page, warn
from regard.offer.domain.codes import export_codes, import_codes, make_codes
from regard.offer.pages.pools import pool_asked

MOST_BYTES = 8_000_000


@store_page(post="offers.manage")
def bring_in(request: StoreRequest, pool_id: int) -> HttpResponse:
    pool = pool_asked(request, pool_id)
    try:
        added, known = import_codes(pool, _lines(request), actor=request.user.email)
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        text = ngettext("%d code is new", "%d codes are new", added) % added
        also = ngettext("%d was there", "%d were there", known) % known
        notify(request, f"{text}, {also}.")
    return redirect("offer", request.store.slug, pool.pk)


@store_page(post="offers.manage")
def make(request: StoreRequest, pool_id: int) -> HttpResponse:
    pool = pool_asked(request, pool_id)
    count = posted(request, "count")
    try:
        made = make_codes(
            pool, int(count) if count.isascii() and count.isdigit() else 0, actor=request.user.email
        )
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        notify(request, ngettext("%d code is made.", "%d codes are made.", made) % made)
    return redirect("offer", request.store.slug, pool.pk)


@store_page(post="offers.manage")
def export(request: StoreRequest, pool_id: int) -> StreamingHttpResponse:
    """All codes as a text, one a line, for the shop."""
    pool = pool_asked(request, pool_id)
    response = StreamingHttpResponse(
        export_codes(pool, actor=request.user.email), content_type="text/plain; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{request.store.slug}-{pool.key}-codes.txt"'
    return response


def _lines(request: StoreRequest) -> Iterable[str]:
    """Of the file, or of what was written. Raises ValidationError for a file that is no text, or too large."""
    file = request.FILES.get("file")
    if file is None:
        return posted(request, "codes").splitlines()
    if (file.size or 0) > MOST_BYTES:
        raise ValidationError(_("The file is too large; bring it in in parts."))
    try:
        return str(file.read(), "utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise ValidationError(_("The file is no text in UTF-8; save it as such.")) from None
