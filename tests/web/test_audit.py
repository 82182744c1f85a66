"""The audit log says what was changed, from what to what, and never a secret."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from regard.capture.domain.sources import create_write_key, source_named
from regard.core import clock
from regard.core.domain.audit import (
    Wanted,
    audit_entries_of,
    change_texts,
    changed_fields,
    known_values,
    record_audit,
)
from regard.core.domain.keys import create_api_key, revoke_api_key
from regard.core.domain.members import add_member, change_role, remove_member
from regard.core.domain.people import rename_user
from regard.core.domain.stores import change_retention, change_sender, change_store
from regard.core.models import AuditEntry, Member, Store, User
from tests.query_plans import plan_of

pytestmark = pytest.mark.django_db


def last(action: str) -> AuditEntry:
    return AuditEntry.objects.filter(action=action).latest("id")


def test_settings_of_a_store_are_told_from_what_to_what(store: Store, owner: Client) -> None:
    kept = {"name": "Acme", "language": "en", "country": ""}
    changed = kept | {"time_zone": "UTC", "colour": "#12AB34"}
    owner.post(f"/s/{store.slug}/settings/", changed)
    entry = last("store.changed")
    assert entry.detail == {
        "changes": {
            "time_zone": {"before": "Europe/Berlin", "after": "UTC"},
            "colour": {"before": "", "after": "#12ab34"},
        }
    }
    assert change_texts(entry) == ["colour: – → #12ab34", "time_zone: Europe/Berlin → UTC"]
    page = owner.get(f"/s/{store.slug}/settings/audit/")
    assert [(change.field, change.before, change.after) for change in page.context["rows"][0].changes] == [
        ("colour", "–", "#12ab34"),
        ("time_zone", "Europe/Berlin", "UTC"),
    ]
    assert "<del>Europe/Berlin</del>" in page.content.decode()


def test_the_proof_of_an_erasure_tells_the_rows_of_each_part(store: Store, owner: Client) -> None:
    told = {"rows": {"orders": 2, "identity": 5}, "digest": "a6fc", "nothing": {}}
    record_audit(store=store, actor="tests", action="customer.erased", target="7", **told)
    page = owner.get(f"/s/{store.slug}/settings/audit/").content.decode()
    assert "rows: orders: 2, identity: 5 · digest: a6fc · nothing: –" in page


def test_what_stays_as_it_was_is_left_out(store: Store) -> None:
    store.refresh_from_db()
    change_store(
        store, name=store.name, time_zone=store.time_zone, language=store.language, country=store.country,
        colour="", actor="tests",
    )  # fmt: skip
    assert last("store.changed").detail == {}
    assert changed_fields({"a": 1, "b": [1]}, {"a": 1, "b": [1], "c": None}) == {}


def test_two_who_change_a_store_at_once_undo_nothing_of_each_other(store: Store) -> None:
    ada, bob = (Store.objects.get(pk=store.pk) for _ in "ab")
    change_retention(ada, months=24, actor="ada@example.com")
    change_sender(bob, sender_name="Acme", reply_to="", actor="bob@example.com")
    store.refresh_from_db()
    assert (store.event_retention_months, store.sender_name) == (24, "Acme")
    assert bob.event_retention_months == 24

    change_retention(store, months=36, actor="ada@example.com")
    change_retention(ada, months=48, actor="bob@example.com")
    assert last("retention.changed").detail["changes"] == {
        "event_retention_months": {"before": 36, "after": 48}
    }


def test_a_member_comes_changes_and_goes(store: Store) -> None:
    person = User.objects.create_user("ana@acme.example")
    member = add_member(store=store, user=person, role="agent", actor="tests")
    change_role(member, role="manager", actor="tests", granted_by=None)
    add_member(store=store, user=person, role="analyst", actor="tests")
    remove_member(Member.objects.get(pk=member.pk), actor="tests", granted_by=None)
    rename_user(person, name="Ana")
    told = {entry.action: change_texts(entry) for entry in audit_entries_of(store, Wanted(actor="tests"))}
    assert told["member.role_changed"] == ["role: agent → manager"]
    assert told["member.removed"] == ["role: analyst → –"]
    both = AuditEntry.objects.filter(action="member.added").order_by("id")
    assert [change_texts(entry) for entry in both] == [["role: – → agent"], ["role: manager → analyst"]]
    assert change_texts(last("user.renamed")) == ["name: – → Ana"]  # of nobody's store: she has left this one


def test_what_a_member_is_called_now_is_told_in_the_log_of_the_store(store: Store) -> None:
    person = User.objects.create_user("ana@acme.example")
    add_member(store=store, user=person, role="agent", actor="tests")
    rename_user(person, name="Ana")
    [told] = audit_entries_of(store, Wanted(action="user.renamed"))
    assert (told.actor, change_texts(told)) == ("ana@acme.example", ["name: – → Ana"])


def test_keys_tell_what_they_may_and_never_themselves(store: Store) -> None:
    key, token = create_api_key(store=store, name="ERP", scopes=["store.read"], actor="tests")
    revoke_api_key(key, actor="tests")
    source = source_named(store=store, name="web", actor="tests")
    write_token = create_write_key(source=source, actor="tests", events_per_second=7)[1]
    assert last("key.revoked").detail == {"scopes": ["store.read"]}
    assert last("write_key.created").detail == {"events_per_second": 7}
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(core_auditentry::text, ' ') FROM core_auditentry")
        [(everything,)] = cursor.fetchall()
    assert token not in everything
    assert write_token not in everything
    assert key.token_hash not in everything


def test_the_log_is_exported_as_it_is_filtered(store: Store, other_store: Store, owner: Client) -> None:
    record_audit(
        store=store, actor="=cmd()", action="a.done", target="x", changes=changed_fields({}, {"n": 1}), at=2
    )
    record_audit(store=store, actor="bob", action="b.done")
    record_audit(store=other_store, actor="bob", action="a.done")
    answer = owner.post(f"/s/{store.slug}/settings/audit/export/?action=a.done")
    assert re.fullmatch(
        r'attachment; filename="audit-acme-[0-9-]+.csv"', answer.headers["Content-Disposition"]
    )
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert [{name: row[name] for name in row if name != "at"} for row in rows] == [
        {"who": "'=cmd()", "what": "a.done", "of": "x", "changes": "n: – → 1", "details": '{"at": 2}'}
    ]
    assert last("audit.exported").detail == {"only": {"action": "a.done"}}


def test_entries_are_found_by_who_what_thing_and_day(store: Store, owner: Client) -> None:
    for day, actor, action, target in (
        (1, "ana@acme.example", "member.invited", "bob@acme.example"),
        (2, "key:ERP", "member.invited", "bobby@acme.example"),
        (3, "cli", "key.revoked", "ERP"),
    ):
        with clock.set_to(datetime(2026, 6, day, 22, 30, tzinfo=UTC)):  # after midnight in Berlin
            record_audit(store=store, actor=actor, action=action, target=target)

    def found(query: str) -> list[str]:
        rows = owner.get(f"/s/{store.slug}/settings/audit/?{query}").context["rows"]
        return [row.entry.target for row in rows if row.entry.at.year == 2026 and row.entry.at.month == 6]

    assert found("actor=cli") == ["ERP"]
    assert found("action=member.invited") == ["bobby@acme.example", "bob@acme.example"]
    assert found("q=bob%40") == ["bob@acme.example"]
    assert found("from=2026-06-03&to=2026-06-03") == ["bobby@acme.example"]
    assert found("from=soon&to=9999-12-31") == ["ERP", "bobby@acme.example", "bob@acme.example"]
    assert found("actor=cli&to=2026-06-02") == []


def test_who_and_what_there_is_can_be_chosen(store: Store, other_store: Store, owner: Client) -> None:
    record_audit(store=store, actor="key:ERP", action="b.role_changed")
    record_audit(store=store, actor="cli", action="b.role_changed")
    record_audit(store=other_store, actor="z", action="z.done")
    assert known_values(store, "action")[0] == "b.role_changed"
    assert "z" not in known_values(store, "actor")
    page = owner.get(f"/s/{store.slug}/settings/audit/?actor=key:ERP&q=%00").content.decode()
    assert '<option value="key:ERP" selected>API key ERP</option>' in page
    assert "B: role changed" in page
    assert "Who: API key ERP" in page


FILL = """
    INSERT INTO core_auditentry (store_id, actor, action, target, detail, at)
    SELECT %s, 'tests', 'member.seen', '', '{}', now() FROM generate_series(1, 5000)
"""


def test_entries_of_one_action_are_found_by_an_index(store: Store) -> None:
    record_audit(store=store, actor="tests", action="member.invited")
    with CaptureQueriesContext(connection) as queries:
        list(audit_entries_of(store, Wanted(action="member.invited"))[:50])
    with connection.cursor() as cursor:
        cursor.execute(FILL, [store.pk])
        cursor.execute("ANALYZE core_auditentry")
    assert "audit_by_action" in plan_of(queries[0]["sql"])
