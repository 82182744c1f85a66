"""What holds for a store's shop as a whole: the address of the script, the shop's sites, the pause."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regard.core.domain.audit import changed_fields, record_audit
from regard.core.models import Store
from regard.core.secrets import new_token
from regard.message.models import Brand
from regard.serve.models import ShopWindow

PREFIX = "rp"
MOST_SITES = 20
MOST_MINUTES = 7 * 24 * 60
AT_HOME = {"localhost", "127.0.0.1", "[::1]"}  # whoever builds a shop tries it there, without https


class NoWindow(LookupError):
    """No store has this token."""


def window_of(store: Store) -> ShopWindow | None:
    """None while the store has never had a prompt."""
    return ShopWindow.objects.filter(store=store).first()


def ensure_window(store: Store) -> None:
    """Made once; the site of the brand is taken over."""
    if not ShopWindow.objects.filter(store=store).exists():
        made = ShopWindow(store=store, token=new_token(PREFIX), sites=_known_sites(store))
        ShopWindow.objects.bulk_create([made], ignore_conflicts=True)


def window_with_token(token: str) -> ShopWindow:
    """One query. Raises NoWindow."""
    found = ShopWindow.objects.select_related("store").filter(token=token.replace("\0", "")).first()
    if found is None:
        raise NoWindow
    return found


@transaction.atomic
def set_window(store: Store, *, sites: Sequence[str], pause_minutes: int, actor: str) -> None:
    """Raises ValidationError, by field."""
    if not 0 <= pause_minutes <= MOST_MINUTES:
        told = {"least": 0, "most": MOST_MINUTES}
        raise ValidationError({"pause_minutes": _("It must be from %(least)s to %(most)s.") % told})
    wanted = list(dict.fromkeys(origin_of(site) for site in sites if site.strip()))
    if len(wanted) > MOST_SITES:
        raise ValidationError({"sites": _("Name at most %d sites.") % MOST_SITES})
    ensure_window(store)
    window = ShopWindow.objects.select_for_update().get(store=store)
    values = {"sites": wanted, "pause_minutes": pause_minutes}
    changes = changed_fields({name: getattr(window, name) for name in values}, values)
    for name, value in values.items():
        setattr(window, name, value)
    window.save(update_fields=list(values))
    if changes:
        record_audit(store=store, actor=actor, action="prompt.shop_changed", changes=changes)


def origin_of(site: str) -> str:
    """Scheme, name and port, which is what browsers compare. Raises ValidationError for anything else."""
    told = site.strip().lower()
    try:
        parts = urlsplit(told if "://" in told else f"https://{told}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    name = f"[{host}]" if ":" in host else host
    is_good = (
        bool(host) and parts.username is None
        and (parts.scheme == "https" or (parts.scheme == "http" and name in AT_HOME))
        and all((sign.isalnum() and sign.isascii()) or sign in ".-:[]" for sign in name)
    )  # fmt: skip
    if not is_good:
        said = _("“%s” is no site. Write it as https://shop.example.com.") % site.strip()
        raise ValidationError({"sites": said})
    return f"{parts.scheme}://{name}" + (f":{port}" if port else "")


def _known_sites(store: Store) -> list[str]:
    brand = Brand.objects.filter(store=store).first()
    try:
        return [origin_of(brand.website)] if brand and brand.website else []
    except ValidationError:
        return []
