"""All operations of the OpenAPI document, and how the tests call each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from regard.core.models import Store
from regard.web.api.mount import PREFIX, api

from . import rows
from .conftest import BASE

DOCUMENT = api.get_openapi_schema(path_prefix=PREFIX)
OPERATIONS = {
    operation["operationId"]: (method.upper(), path.removeprefix(BASE), operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


@dataclass(frozen=True)
class Case:
    """How to call an operation: what makes the thing in the path, if any, and the body, or what makes it."""

    thing: Callable[[Store], int | str] | None = None
    body: Any = None
    form: Callable[[], dict[str, Any]] | None = None  # instead of a body
    status: int = 200
    query: str = ""


CASES = {
    "get_store": Case(),
    "list_audit_entries": Case(),
    "list_members": Case(),
    "invite_member": Case(body={"email": "ann@example.com", "role": "agent"}, status=201),
    "change_member": Case(rows.add_person, {"role": "manager"}),
    "remove_member": Case(rows.add_person, status=204),
    "list_api_keys": Case(),
    "create_api_key": Case(body={"name": "New", "scopes": ["keys.manage"]}, status=201),
    "revoke_api_key": Case(rows.add_api_key, status=204),
    "list_sources": Case(),
    "create_source": Case(body={"name": "App"}, status=201),
    "list_write_keys": Case(rows.add_source),
    "create_write_key": Case(rows.add_source, {}, status=201),
    "revoke_write_key": Case(rows.add_write_key, status=204),
    "list_events": Case(),
    "get_event": Case(rows.add_event),
    "get_event_trace": Case(rows.add_event),
    "list_rejected_events": Case(),
    "replay_rejected_event": Case(rows.add_rejected, {"event": {"event": "Mended", "userId": "u-1"}}),
    "discard_rejected_event": Case(rows.add_rejected),
    "restore_rejected_event": Case(lambda store: rows.add_rejected(store, state="discarded")),
    "list_surveys": Case(),
    "get_survey": Case(rows.add_survey),
    "save_survey": Case(body={"definition": rows.SURVEY}),
    "change_survey_state": Case(rows.add_survey, {"state": "published"}),
    "list_journeys": Case(),
    "get_journey": Case(rows.add_journey),
    "save_journey": Case(body={"definition": rows.JOURNEY}),
    "change_journey_state": Case(rows.add_journey, {"state": "on"}),
    "get_journey_reach": Case(rows.add_journey),
    "list_journey_people": Case(rows.add_journey),
    "put_into_journey": Case(rows.add_journey_on, {"customer_ids": [1]}),
    "take_out_of_journey": Case(rows.add_enrolment, status=204),
    "explain_journeys": Case(rows.add_customer),
    "list_alerts": Case(),
    "handle_alerts": Case(body={"ids": [1]}),
    "get_alert": Case(rows.add_alert),
    "mark_alert_seen": Case(rows.add_alert),
    "handle_alert": Case(rows.add_alert),
    "count_alert_resolutions": Case(),
    "tell_alert_resolution": Case(rows.add_handled_alert, {"resolution": "solved"}),
    "reopen_alert": Case(rows.add_alert),
    "snooze_alert": Case(rows.add_alert, rows.tomorrow),
    "wake_alert": Case(rows.add_alert),
    "assign_alert": Case(rows.add_alert, {"owner": None}),
    "list_templates": Case(),
    "put_template": Case(
        body={"key": "hi", "name": "Hi", "texts": {"en": {"subject": "Hi", "body": [{"text": "Good day."}]}}}
    ),
    "get_template": Case(rows.add_template),
    "archive_template": Case(rows.add_template),
    "unarchive_template": Case(rows.add_template),
    "check_template": Case(rows.add_template),
    "preview_template": Case(rows.add_template, {}),
    "list_review_standings": Case(),
    "get_review_standing": Case(rows.add_another_review),
    "publish_review": Case(rows.add_another_review),
    "hide_review": Case(rows.add_another_review, {"reason": "It names a person"}),
    "return_review": Case(rows.add_another_review),
    "answer_review": Case(rows.add_another_review, {"text": "Thank you."}),
    "list_mentions": Case(),
    "finish_mentions": Case(body={"ids": [1]}),
    "get_mention": Case(rows.add_another_mention),
    "finish_mention": Case(rows.add_another_mention),
    "reopen_mention": Case(rows.add_another_mention),
    "answer_mention": Case(rows.add_another_mention, {"url": "https://social.example/answer"}),
    "hand_mention_on": Case(rows.add_another_mention, {"title": "Call Ann"}, status=201),
    "list_tasks": Case(),
    "make_task": Case(body={"title": "Call Ada"}, status=201),
    "do_tasks": Case(body={"ids": [1]}),
    "get_task": Case(rows.add_task),
    "do_task": Case(rows.add_task, {"result": "unreached"}),
    "drop_task": Case(rows.add_task, {"reason": "no"}),
    "reopen_task": Case(rows.add_task),
    "assign_task": Case(rows.add_task, {"owner": None}),
    "postpone_task": Case(rows.add_task, {"due_at": "2199-01-01T00:00:00Z"}),
    "list_cases": Case(),
    "open_case": Case(
        body=lambda store: {"customer_id": rows.add_known_customer(store, 7), "reason": "A lost parcel"},
        status=201,
    ),
    "get_case": Case(rows.add_case),
    "change_case": Case(rows.add_case, {"owner": None, "cost_minor": 1250}),
    "finish_case_stage": Case(rows.add_case, {"stage": "empathise", "note": "Wrote to her"}),
    "reopen_case_stage": Case(rows.add_case, {"stage": "recognise"}),
    "list_prompts": Case(),
    "create_prompt": Case(
        body={"name": "Parcels", "kind": "message", "texts": {"en": {"title": "Free from 50"}}}, status=201
    ),
    "get_prompt": Case(rows.add_prompt),
    "change_prompt": Case(
        rows.add_prompt, {"name": "Parcels", "kind": "message", "texts": {"en": {"title": "Free from 60"}}}
    ),
    "switch_prompt": Case(rows.add_prompt, {"is_on": True}),
    "delete_prompt": Case(rows.add_prompt, status=204),
    "get_prompt_results": Case(rows.add_prompt),
    "list_improvements": Case(),
    "create_improvement": Case(body={"title": "Zips", "kind": "product", "urgency": "nice"}, status=201),
    "get_improvement": Case(rows.add_improvement),
    "change_improvement": Case(rows.add_improvement, {"status": "done", "public_text": "They hold."}),
    "add_improvement_evidence": Case(rows.add_improvement, lambda store: {"text_id": rows.add_text(store)}),
    "remove_improvement_evidence": Case(rows.add_improvement_evidence, status=204),
    "tell_supporters": Case(lambda store: rows.add_improvement(store, status="done")),
    "list_programmes": Case(),
    "create_programme": Case(body={"kind": "beta", "name": "Testers"}, status=201),
    "get_programme": Case(rows.add_programme),
    "propose_candidates": Case(rows.add_programme),
    "list_programme_members": Case(rows.add_programme),
    "invite_programme_members": Case(rows.add_programme, {"member_ids": [1]}),
    "change_programme_member": Case(rows.add_programme_member, {"state": "accepted"}),
    "list_programme_sessions": Case(rows.add_programme),
    "record_programme_session": Case(
        rows.add_programme, {"kind": "online", "title": "Zips", "held_at": "2026-05-04T10:00:00Z"}, status=201
    ),
    "note_programme_members": Case(rows.add_programme_session, rows.there),
    "list_programme_decisions": Case(rows.add_programme),
    "record_programme_decision": Case(rows.add_programme, {"text": "Zips first"}, status=201),
    "list_offer_pools": Case(),
    "create_offer_pool": Case(
        body={"key": "mug", "name": "A mug", "kind": "gift", "what": "a mug", "worth_minor": 300}, status=201
    ),
    "change_offer_pool": Case(rows.add_pool, {"amount_minor": 20, "is_on": False}),
    "make_offer_codes": Case(rows.add_pool, {"count": 3}),
    "get_offer_limits": Case(),
    "set_offer_limits": Case(
        body={
            "day_budget_minor": 5_000,
            "most_per_customer": None,
            "approval_above_minor": 900,
            "may_stack": False,
        }
    ),
    "import_offer_codes": Case(rows.add_pool, {"codes": ["ABC"]}),
    "list_offers": Case(),
    "give_offer": Case(
        body=lambda store: {"customer_id": rows.add_known_customer(store), "pool": rows.pool_key(store)},
        status=201,
    ),
    "approve_offer": Case(rows.add_offer),
    "decline_offer": Case(rows.add_offer),
    "list_sends": Case(),
    "get_send": Case(rows.add_send),
    "retry_failed_sends": Case(),
    "retry_send": Case(rows.add_send),
    "cancel_send": Case(rows.add_send),
    "get_sending": Case(),
    "list_sending_holds": Case(),
    "release_sending_hold": Case(rows.add_hold, {"most": 1}),
    "drop_sending_hold": Case(rows.add_hold),
    "list_suppressed_addresses": Case(),
    "allow_address": Case(rows.add_suppressed_address, status=204),
    "get_sending_rules": Case(),
    "change_sending_rules": Case(
        body={"quiet_from": "22:00", "quiet_until": "07:00", "weekly_cap": 2, "topics": {"news": "News"}}
    ),
    "stop_sending": Case(),
    "resume_sending": Case(),
    "list_parked_events": Case(),
    "replay_parked_events": Case(),
    "replay_parked_event": Case(rows.add_parked, status=204),
    "list_customers": Case(),
    "get_customer": Case(rows.add_customer),
    "get_customer_health": Case(rows.add_customer_with_health),
    "get_past_customer_health": Case(rows.add_customer_with_health, query="?as_of=2026-01-31T12:00:00Z"),
    "get_customer_lifetime_value": Case(rows.add_customer_who_bought),
    "get_customer_churn_risk": Case(rows.add_customer_with_churn_risk),
    "list_models": Case(),
    "list_prediction_quality": Case(),
    "get_model": Case(rows.add_model),
    "list_customer_scores": Case(rows.add_customer_with_health),
    "get_scores_of_subject": Case(status=404, query="?subject=shipment:none"),
    "list_customer_groups": Case(rows.add_customer_with_health),
    "get_score_weights": Case(),
    "change_score_weights": Case(
        body={"weights": {"nps": 100, "product": 0, "ease": 0, "delivery": 0, "purchase": 0}}
    ),
    "list_metrics": Case(),
    "get_metric_figures": Case(query="?ids=nps&from=2026-01-01&to=2026-01-31&by=month"),
    "get_metric_rows": Case(query="?id=aov&from=2026-01-01&to=2026-01-31"),
    "list_costs": Case(),
    "tell_costs": Case(body={"costs": [{"month": "2026-01-01", "kind": "marketing", "amount_minor": 1200}]}),
    "set_metric_target": Case(body={"id": "aov", "value": 4_000}),
    "choose_metric_baseline": Case(body={"id": "aov", "month": "2026-01-01"}, status=422),
    "choose_metric_definitions": Case(body={"definitions": {"rpr": "period"}}),
    "get_scores_over_time": Case(query="?score=csi&from=2026-01-01&to=2026-01-31&by=week"),
    "get_scores_by_cohort": Case(query="?from=2026-01-01&to=2026-01-31"),
    "get_score_moves": Case(query="?from=2026-01-01&to=2026-01-31"),
    "get_moved_customers": Case(query="?from=2026-01-01&to=2026-01-31&to_band=health:lost"),
    "get_product_figures": Case(query="?from=2026-01-01&to=2026-01-31"),
    "get_past_customer_scores": Case(rows.add_customer, query="?as_of=2026-01-31T12:00:00Z"),
    "list_orders": Case(rows.add_customer),
    "list_timeline": Case(rows.add_customer),
    "merge_customers": Case(rows.add_root, lambda store: {"other": rows.add_root(store), "force": True}),
    "list_merges": Case(rows.add_customer),
    "part_identity": Case(rows.add_weak_identity),
    "undo_merge": Case(rows.add_parted_identity),
    "tag_customer": Case(rows.add_customer, {"name": "vip"}),
    "untag_customer": Case(rows.add_customer, {"name": "vip"}),
    "export_customer": Case(rows.add_customer),
    "erase_customer": Case(rows.add_customer),
    "list_shipments": Case(rows.add_customer),
    "list_products": Case(),
    "list_notes": Case(rows.add_known_customer),
    "write_note": Case(rows.add_known_customer, {"text": "Likes tea"}, status=201),
    "change_note": Case(rows.add_note, {"text": "Likes tea"}),
    "remove_note": Case(rows.add_note, status=204),
    "list_consents": Case(rows.add_customer),
    "change_consent": Case(rows.add_known_customer, {"channel": "email", "given": False}),
    "list_segment_fields": Case(),
    "count_segment": Case(body={"segment": "last_seen_days < 30"}),
    "list_segments": Case(),
    "list_ready_made_segments": Case(),
    "create_segment": Case(body={"name": "New", "text": "last_seen_days < 30"}, status=201),
    "change_segment": Case(rows.add_segment, {"name": "Changed", "text": "last_seen_days < 60"}),
    "delete_segment": Case(rows.add_segment, status=204),
    "list_reviews": Case(),
    "list_texts": Case(),
    "judge_text": Case(rows.add_text, {"feeling": "neutral", "intent": "refund"}),
    "list_themes": Case(),
    "list_own_intents": Case(),
    "teach_intent": Case(body={"intent": "engraving", "examples": ["engrave it please"]}, status=201),
    "list_responses": Case(),
    "list_tickets": Case(),
    "list_imports": Case(),
    "import_file": Case(form=rows.new_import),
    "get_import": Case(rows.add_import),
    "undo_import": Case(rows.add_import_to_undo, status=202),
    "get_import_rejects": Case(rows.add_import_with_rejects),
}
