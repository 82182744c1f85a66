"""Programmes on the customer's page."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from regard.core.models import Store
from regard.grow.domain.members import members_of_customer
from regard.grow.domain.programmes import open_programmes
from regard.grow.models import MemberState
from regard.grow.pages.programme import TONES


def render_programmes(request: HttpRequest, store: Store, customer_id: int) -> str:
    """Nothing where the store has no programme. Two queries."""
    members = members_of_customer(store, customer_id)
    known = {member.programme_id for member in members}
    others = [programme for programme in open_programmes(store) if programme.pk not in known]
    if not members and not others:
        return ""
    context = {
        "members": [(member, TONES[MemberState(member.state)]) for member in members],
        "others": others,
        "customer_id": customer_id,
        "store": store,
    }
    return render_to_string("grow/customer_programmes.html", context, request)
