"""Every page there is, with what it needs; a new route without a line here fails test_access.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Page:
    """A page below /s/<slug>/. get, post: the permission that each needs, "" where it is not allowed.

    needs: which of the rows made by rows.py stand in its address, by the name of the argument.
    """

    get: str = ""
    post: str = ""
    needs: dict[str, str] = field(default_factory=dict)
    sent: dict[str, Any] = field(default_factory=dict)
    audited: str = ""  # the actions that a successful POST writes down
    query: str = ""
    in_all_stores: bool = False  # what stands in its address is no row of a store


EDITED = """{{
    "name": "Draft", "start": {{"by_hand": true}}, "steps": [{{"wait": "2 days"}}]
}}"""  # filled in with the ids of rows
STORE_PAGES: dict[str, Page] = {
    "store_home": Page(get="store.read"),
    "today_card": Page(get="store.read", needs={"name": "card"}, in_all_stores=True),
    "chart": Page(get="store.read", needs={"name": "chart"}, in_all_stores=True),
    "chart_file": Page(get="store.read", needs={"name": "chart", "form": "chart_form"}, in_all_stores=True),
    "metric_list": Page(get="metrics.read"),
    "metric": Page(get="metrics.read", needs={"metric_id": "metric"}, in_all_stores=True),
    "metric_chart": Page(
        get="metrics.read", needs={"metric_id": "metric", "asked": "metric_asked"}, in_all_stores=True
    ),
    "metric_chart_file": Page(
        get="metrics.read",
        needs={"metric_id": "metric", "asked": "metric_asked", "form": "chart_form"},
        in_all_stores=True,
    ),
    "products": Page(get="metrics.read"),
    "product_table": Page(get="metrics.read"),
    "product_figures": Page(get="metrics.read"),
    "products_export": Page(get="metrics.read"),
    "product": Page(get="metrics.read", needs={"product_id": "product"}),
    "product_chart": Page(get="metrics.read", needs={"name": "product_chart"}, in_all_stores=True),
    "product_chart_file": Page(
        get="metrics.read", needs={"name": "product_chart", "form": "chart_form"}, in_all_stores=True
    ),
    "relationships": Page(get="metrics.read"),
    "cohorts": Page(get="metrics.read"),
    "cohorts_export": Page(get="metrics.read"),
    "moves": Page(get="metrics.read"),
    "moves_export": Page(get="metrics.read"),
    "moved_customers": Page(get="customers.read"),
    "relationship_chart": Page(get="metrics.read", needs={"name": "relationship_chart"}, in_all_stores=True),
    "relationship_chart_file": Page(
        get="metrics.read", needs={"name": "relationship_chart", "form": "chart_form"}, in_all_stores=True
    ),
    "model_list": Page(get="metrics.read"),
    "past_scores": Page(get="customers.read", needs={"customer_id": "customer"}),
    "prediction_quality": Page(get="metrics.read"),
    "model": Page(get="metrics.read", needs={"model_id": "model"}),
    "model_chart": Page(get="metrics.read", needs={"model_id": "model", "name": "model_chart"}),
    "model_chart_file": Page(
        get="metrics.read", needs={"model_id": "model", "name": "model_chart", "form": "chart_form"}
    ),
    "metric_values": Page(get="metrics.read", needs={"sphere": "sphere"}, in_all_stores=True),
    "metric_target": Page(
        post="metrics.manage",
        needs={"metric_id": "metric"},
        sent={"bound": "least", "value": "40"},
        audited="metric.target_set",
        in_all_stores=True,
    ),
    "metric_baseline": Page(
        post="metrics.manage", needs={"metric_id": "metric"}, sent={"month": "2026-01"}, in_all_stores=True
    ),
    "metric_rows": Page(
        get="customers.read",
        needs={"metric_id": "metric"},
        query="?from=2026-01-01&to=2026-01-31",
        in_all_stores=True,
    ),
    "metric_rows_export": Page(
        post="customers.export",
        needs={"metric_id": "metric"},
        query="?from=2026-01-01&to=2026-01-31",
        audited="metric.rows_exported",
        in_all_stores=True,
    ),
    "costs": Page(
        get="metrics.read",
        post="metrics.manage",
        sent={"month": "2026-01", "marketing": "120"},
        audited="costs.told",
    ),
    "definitions": Page(
        get="store.read",
        post="metrics.manage",
        sent={"rpr": "period"},
        audited="metric.definitions_chosen",
    ),
    "palette": Page(get="store.read", query="?q=c"),
    "score_weights": Page(
        get="store.read",
        post="store.manage",
        sent={"nps": 100, "product": 0, "ease": 0, "delivery": 0, "purchase": 0},
        audited="score.weighed",
    ),
    "customers": Page(get="customers.read"),
    "customers_export": Page(post="customers.export", audited="customers.exported"),
    "customers_tag": Page(
        post="customers.change", sent={"selected": "{customer}", "tag": "vip"}, audited="customers.tagged"
    ),
    "customers_untag": Page(
        post="customers.change",
        sent={"selected": "{customer}", "tag": "regular"},
        audited="customers.untagged",
    ),
    "segment_builder": Page(get="customers.read"),
    "segment_chips": Page(get="customers.read"),
    "segment_new": Page(
        post="segments.manage", sent={"name": "New", "text": "tags is known"}, audited="segment.created"
    ),
    "segment_restore": Page(
        post="segments.manage", query="?name=Again&text=tags+is+known", audited="segment.created"
    ),
    "segment": Page(
        get="segments.manage",
        post="segments.manage",
        needs={"segment_id": "segment"},
        sent={"name": "Changed", "text": "tags is unknown"},
        audited="segment.changed",
    ),
    "segment_remove": Page(
        post="segments.manage", needs={"segment_id": "segment"}, audited="segment.deleted"
    ),
    "customer": Page(get="customers.read", needs={"customer_id": "customer"}),
    "customer_scores": Page(get="customers.read", needs={"customer_id": "customer"}),
    "customer_orders": Page(get="customers.read", needs={"customer_id": "customer"}),
    "customer_beside": Page(get="customers.read", needs={"customer_id": "customer"}),
    "customer_merge": Page(
        get="customers.change",
        post="customers.change",
        needs={"customer_id": "customer"},
        sent={"with": "{other_customer}", "force": "1"},
        audited="identity.merged_by_hand",
    ),
    "identity_part": Page(
        post="customers.change", needs={"identity_id": "weak_identity"}, audited="identity.parted_by_hand"
    ),
    "identity_undo": Page(
        post="customers.change", needs={"identity_id": "parted_identity"}, audited="identity.decision_undone"
    ),
    "customer_tag": Page(
        post="customers.change",
        needs={"customer_id": "customer"},
        sent={"tag": "new"},
        audited="customers.tagged",
    ),
    "customer_untag": Page(
        post="customers.change",
        needs={"customer_id": "customer"},
        sent={"tag": "regular"},
        audited="customers.untagged",
    ),
    "customer_export": Page(
        post="customers.export", needs={"customer_id": "customer"}, audited="customer.exported"
    ),
    "customer_erase": Page(
        get="customers.erase",
        post="customers.erase",
        needs={"customer_id": "customer"},
        sent={"typed": "Customer C-1"},
        audited="customer.erased",
    ),
    "customer_consent": Page(
        post="customers.change",
        needs={"customer_id": "customer", "channel": "channel", "answer": "answer"},
        audited="consent.withdrawn",
    ),
    "consent_ask": Page(
        # Nobody has anything to confirm here; tests/act/test_confirming.py has those who have.
        post="customers.change",
        needs={"customer_id": "customer", "channel": "channel"},
    ),
    "note_write": Page(
        post="notes.write",
        needs={"customer_id": "customer"},
        sent={"text": "Likes tea"},
        audited="customer.note_written",
    ),
    "note_change": Page(
        post="notes.write",
        needs={"note_id": "note"},
        sent={"text": "Likes tea"},
        audited="customer.note_changed",
    ),
    "note_remove": Page(post="notes.write", needs={"note_id": "note"}, audited="customer.note_removed"),
    "note_restore": Page(
        post="notes.write", needs={"note_id": "removed_note"}, audited="customer.note_restored"
    ),
    "customer_look": Page(get="customers.read", needs={"customer_id": "customer"}),
    "customer_version": Page(get="customers.read", needs={"customer_id": "customer"}),
    "customer_timeline": Page(get="customers.read", needs={"customer_id": "customer"}),
    "surveys": Page(get="surveys.read"),
    "survey_new": Page(
        get="surveys.manage", post="surveys.manage", sent={"name": "How was it?"}, audited="survey.saved"
    ),
    "survey_import": Page(
        get="surveys.manage",
        post="surveys.manage",
        sent={"text": "survey: told\nname: Told\ntitle: Told\nquestions: []"},
        audited="survey.saved",
    ),
    "survey_how_often": Page(
        get="surveys.read",
        post="surveys.manage",
        sent={"short_days": 7, "most_in_short": 1, "long_days": 90, "most_in_long": 4},
        audited="survey.rules_changed",
        in_all_stores=True,
    ),
    "survey_take": Page(
        post="surveys.manage", needs={"key": "shipped_survey"}, audited="survey.saved", in_all_stores=True
    ),
    "survey": Page(get="surveys.read", needs={"survey_id": "survey"}),
    "survey_edit": Page(
        get="surveys.manage",
        post="surveys.manage",
        needs={"survey_id": "survey_draft"},
        sent={
            "do": "save",
            "changed": "{survey_changed}",
            "definition": '{{"name": "Other", "title": "How?", "questions": []}}',
        },
        audited="survey.saved",
    ),
    "survey_results": Page(get="surveys.read", needs={"survey_id": "survey"}),
    "survey_results_export": Page(get="surveys.read", needs={"survey_id": "survey"}),
    "survey_files": Page(get="surveys.read", needs={"survey_id": "survey"}),
    "survey_file_fetch": Page(
        post="surveys.read", needs={"file_id": "survey_upload"}, audited="survey.file_fetched"
    ),
    "survey_print": Page(get="surveys.read", needs={"survey_id": "survey"}, query="?place=packaging"),
    "survey_code": Page(get="surveys.read", needs={"survey_id": "survey_open", "form": "code_form"}),
    "survey_versions": Page(get="surveys.read", needs={"survey_id": "survey"}),
    "survey_text": Page(get="surveys.read", needs={"survey_id": "survey"}),
    "survey_file": Page(get="surveys.read", needs={"survey_id": "survey"}),
    "survey_publish": Page(
        get="surveys.manage",
        post="surveys.manage",
        needs={"survey_id": "survey_draft"},
        audited="survey.published survey.live",
    ),
    "survey_pause": Page(post="surveys.manage", needs={"survey_id": "survey"}, audited="survey.paused"),
    "survey_resume": Page(post="surveys.manage", needs={"survey_id": "survey_paused"}, audited="survey.live"),
    "survey_end": Page(post="surveys.manage", needs={"survey_id": "survey"}, audited="survey.ended"),
    "survey_copy": Page(post="surveys.manage", needs={"survey_id": "survey"}, audited="survey.saved"),
    "survey_link": Page(
        post="surveys.manage",
        needs={"survey_id": "survey"},
        sent={"open": "1"},
        audited="survey.link_opened",
    ),
    "survey_delete": Page(
        post="surveys.manage", needs={"survey_id": "survey_draft"}, audited="survey.deleted"
    ),
    "prompts": Page(get="surveys.read"),
    "prompts_shop": Page(
        get="surveys.read",
        post="surveys.manage",
        sent={"sites": "https://shop.example", "pause_minutes": "5"},
        audited="prompt.shop_changed",
    ),
    "prompt_new": Page(
        get="surveys.manage",
        post="surveys.manage",
        sent={"of": "free-shipping"},
        audited="prompt.created",
    ),
    "prompt": Page(get="surveys.read", needs={"prompt_id": "prompt"}),
    "prompt_chart": Page(get="surveys.read", needs={"prompt_id": "prompt"}),
    "prompt_chart_file": Page(get="surveys.read", needs={"prompt_id": "prompt", "form": "chart_form"}),
    "prompt_edit": Page(
        get="surveys.manage",
        post="surveys.manage",
        needs={"prompt_id": "prompt"},
        sent={
            "name": "Changed",
            "kind": "message",
            "languages": "en",
            "title_en": "New",
            "device": "any",
            "trigger": "seconds",
            "amount": "5",
            "share": "100",
            "visits": "any",
            "again_days": "1",
            "place": "bar",
        },
        audited="prompt.changed",
    ),
    "prompt_words": Page(get="surveys.manage", needs={"prompt_id": "prompt"}),
    "prompt_frame": Page(get="surveys.manage", needs={"prompt_id": "prompt"}),
    "prompt_preview": Page(get="surveys.read", needs={"prompt_id": "prompt"}),
    "prompt_switch": Page(
        post="surveys.manage", needs={"prompt_id": "prompt"}, query="?on=1", audited="prompt.switched_on"
    ),
    "prompt_copy": Page(post="surveys.manage", needs={"prompt_id": "prompt"}, audited="prompt.created"),
    "prompt_delete": Page(post="surveys.manage", needs={"prompt_id": "prompt"}, audited="prompt.deleted"),
    "journeys": Page(get="journeys.read"),
    "journey_new": Page(
        get="journeys.manage", post="journeys.manage", sent={"name": "Welcome back"}, audited="journey.saved"
    ),
    "journey_import": Page(
        get="journeys.manage",
        post="journeys.manage",
        sent={"text": "journey: told\nname: Told\nstart: {{by_hand: true}}\nsteps: []"},
        audited="journey.saved",
    ),
    "journey": Page(get="journeys.read", needs={"journey_id": "journey"}),
    "journey_edit": Page(
        get="journeys.manage",
        post="journeys.manage",
        needs={"journey_id": "journey_draft"},
        sent={"do": "save", "version": "1", "definition": EDITED},
        audited="journey.saved",
    ),
    "journey_people": Page(get="journeys.read", needs={"journey_id": "journey"}),
    "journey_take_out": Page(
        post="journeys.manage",
        needs={"journey_id": "journey"},
        sent={"selected": "{enrolment}"},
        audited="journey.taken_out",
    ),
    "journey_versions": Page(get="journeys.read", needs={"journey_id": "journey"}),
    "journey_move": Page(post="journeys.manage", needs={"journey_id": "journey"}, audited="journey.moved"),
    "journey_try": Page(get="journeys.read", needs={"journey_id": "journey"}, query="?customer={customer}"),
    "journey_playbook": Page(
        post="journeys.manage",
        needs={"key": "playbook"},
        audited="templates.added journey.saved",
        in_all_stores=True,
    ),
    "journey_text": Page(get="journeys.read", needs={"journey_id": "journey"}),
    "journey_file": Page(get="journeys.read", needs={"journey_id": "journey"}),
    "journey_on": Page(
        get="journeys.manage",
        post="journeys.manage",
        needs={"journey_id": "journey_draft"},
        audited="journey.on",
    ),
    "journey_send": Page(
        get="journeys.manage",
        post="journeys.manage",
        needs={"journey_id": "journey"},
        sent={"segment": "orders >= 1", "reached": "9"},
        audited="journey.put_in",
    ),
    "journey_pause": Page(post="journeys.manage", needs={"journey_id": "journey"}, audited="journey.paused"),
    "journey_off": Page(post="journeys.manage", needs={"journey_id": "journey"}, audited="journey.off"),
    "journey_delete": Page(
        post="journeys.manage", needs={"journey_id": "journey_draft"}, audited="journey.deleted"
    ),
    "alerts": Page(get="alerts.read"),
    "alerts_handle": Page(post="alerts.handle", sent={"selected": "{alert}"}, audited="alert.handled"),
    "alerts_take": Page(post="alerts.handle", sent={"selected": "{alert}"}, audited="alert.assigned"),
    "alerts_reopen": Page(post="alerts.handle", query="?selected={handled_alert}", audited="alert.reopened"),
    "alerts_snooze": Page(
        post="alerts.handle", sent={"selected": "{alert}", "until": "hour"}, audited="alert.snoozed"
    ),
    "alerts_wake": Page(post="alerts.handle", query="?selected={sleeping_alert}", audited="alert.woken"),
    "alert_snooze": Page(
        post="alerts.handle", needs={"alert_id": "alert"}, sent={"until": "tomorrow"}, audited="alert.snoozed"
    ),
    "alert_wake": Page(post="alerts.handle", needs={"alert_id": "sleeping_alert"}, audited="alert.woken"),
    "alert": Page(get="alerts.read", needs={"alert_id": "alert"}),
    "alert_people": Page(get="alerts.handle", needs={"alert_id": "alert"}),
    "alert_seen": Page(post="alerts.handle", needs={"alert_id": "alert"}, audited="alert.seen"),
    "alert_take": Page(post="alerts.handle", needs={"alert_id": "alert"}, audited="alert.assigned"),
    "alert_handle": Page(post="alerts.handle", needs={"alert_id": "alert"}, audited="alert.handled"),
    "alert_resolution": Page(
        post="alerts.handle",
        needs={"alert_id": "handled_alert"},
        sent={"resolution": "solved"},
        audited="alert.resolved",
    ),
    "alert_reopen": Page(post="alerts.handle", needs={"alert_id": "handled_alert"}, audited="alert.reopened"),
    "templates": Page(get="messages.read"),
    "template_new": Page(
        get="messages.write",
        post="messages.write",
        sent={"name": "Goodbye", "channel": "email", "purpose": "marketing"},
        audited="template.created",
    ),
    "templates_add": Page(post="messages.write", audited="templates.added"),
    "template": Page(
        get="messages.read",
        post="messages.write",
        needs={"template_id": "template"},
        sent={"do": "save", "name": "Another"},
        audited="template.changed",
    ),
    "template_shown": Page(
        get="messages.read", post="messages.read", needs={"template_id": "template"}, sent={"name": "x"}
    ),
    "template_try": Page(post="messages.write", needs={"template_id": "template"}, audited="template.tried"),
    "template_copy": Page(
        post="messages.write", needs={"template_id": "template"}, audited="template.created"
    ),
    "template_archive": Page(
        post="messages.write", needs={"template_id": "template"}, audited="template.archived"
    ),
    "template_unarchive": Page(
        post="messages.write", needs={"template_id": "archived_template"}, audited="template.unarchived"
    ),
    "template_restore": Page(
        post="messages.write",
        needs={"template_id": "template"},
        sent={"version": "1"},
        audited="template.changed",
    ),
    "brand": Page(
        get="store.read",
        post="store.manage",
        sent={"website": "https://acme.example"},
        audited="brand.changed",
    ),
    "reviews": Page(get="customers.read"),
    "review_display": Page(
        get="store.read", post="store.manage", sent={"show": "1"}, audited="review.display_on"
    ),
    "review_display_preview": Page(get="store.read"),
    "reviews_publish": Page(post="reviews.handle", sent={"selected": "{review}"}, audited="review.published"),
    "reviews_hide": Page(
        post="reviews.handle", sent={"selected": "{review}", "reason": "no"}, audited="review.hidden"
    ),
    "reviews_return": Page(
        post="reviews.handle", query="?selected={published_review}", audited="review.returned"
    ),
    "mentions": Page(get="customers.read"),
    "mentions_finish": Page(post="reviews.handle", sent={"selected": "{mention}"}, audited="mention.done"),
    "mentions_reopen": Page(
        post="reviews.handle", query="?selected={done_mention}", audited="mention.reopened"
    ),
    "mention": Page(get="customers.read", needs={"mention_id": "mention"}),
    "mention_finish": Page(post="reviews.handle", needs={"mention_id": "mention"}, audited="mention.done"),
    "mention_reopen": Page(
        post="reviews.handle", needs={"mention_id": "done_mention"}, audited="mention.reopened"
    ),
    "mention_reply": Page(
        post="reviews.handle",
        needs={"mention_id": "mention"},
        sent={"url": "https://social.example/1#reply"},
        audited="mention.answered",
    ),
    "mention_task": Page(
        post="tasks.handle",
        needs={"mention_id": "mention"},
        sent={"title": "Answer"},
        audited="task.made mention.handed_on",
    ),
    "review": Page(get="customers.read", needs={"review_id": "review"}),
    "review_publish": Page(post="reviews.handle", needs={"review_id": "review"}, audited="review.published"),
    "review_hide": Page(
        post="reviews.handle", needs={"review_id": "review"}, sent={"reason": "no"}, audited="review.hidden"
    ),
    "review_return": Page(
        post="reviews.handle", needs={"review_id": "published_review"}, audited="review.returned"
    ),
    "review_answer": Page(
        post="reviews.handle",
        needs={"review_id": "review"},
        sent={"text": "Thanks"},
        audited="review.answered",
    ),
    "tasks": Page(get="tasks.read"),
    "task_new": Page(
        get="tasks.handle",
        post="tasks.handle",
        sent={"title": "Call"},
        query="?customer={customer}",
        audited="task.made",
    ),
    "tasks_do": Page(post="tasks.handle", sent={"selected": "{task}"}, audited="task.done"),
    "tasks_take": Page(post="tasks.handle", sent={"selected": "{task}"}, audited="task.assigned"),
    "tasks_reopen": Page(post="tasks.handle", query="?selected={done_task}", audited="task.reopened"),
    "task": Page(get="tasks.read", needs={"task_id": "task"}),
    "task_people": Page(get="tasks.handle", needs={"task_id": "task"}),
    "task_take": Page(post="tasks.handle", needs={"task_id": "task"}, audited="task.assigned"),
    "task_do": Page(post="tasks.handle", needs={"task_id": "task"}, audited="task.done"),
    "task_drop": Page(
        post="tasks.handle", needs={"task_id": "task"}, sent={"reason": "no"}, audited="task.dropped"
    ),
    "task_reopen": Page(post="tasks.handle", needs={"task_id": "done_task"}, audited="task.reopened"),
    "task_postpone": Page(post="tasks.handle", needs={"task_id": "task"}, audited="task.postponed"),
    "cases": Page(get="tasks.read"),
    "case": Page(get="tasks.read", needs={"case_id": "case"}),
    "case_open": Page(
        post="tasks.handle",
        needs={"customer_id": "other_customer"},
        sent={"reason": "Late"},
        audited="case.opened",
    ),
    "case_change": Page(
        post="tasks.handle", needs={"case_id": "case"}, sent={"cost": "5.50"}, audited="case.changed"
    ),
    "case_finish": Page(
        post="tasks.handle", needs={"case_id": "case", "stage": "stage"}, audited="case.stage_done"
    ),
    "case_reopen": Page(
        post="tasks.handle", needs={"case_id": "case", "stage": "done_stage"}, audited="case.stage_reopened"
    ),
    "feedback_items": Page(get="customers.read"),
    "feedback_item": Page(get="customers.read", needs={"item_id": "item"}),
    "feedback_item_new": Page(
        get="tasks.handle",
        post="tasks.handle",
        sent={"title": "More sizes", "kind": "product", "urgency": "nice", "innovation": "loyalty"},
        audited="feedback_item.opened",
    ),
    "feedback_item_change": Page(
        get="tasks.handle",
        post="tasks.handle",
        needs={"item_id": "item"},
        sent={"title": "Most sizes", "kind": "product", "urgency": "nice", "innovation": "loyalty"},
        audited="feedback_item.changed",
    ),
    "feedback_item_status": Page(
        post="tasks.handle",
        needs={"item_id": "item"},
        sent={"status": "planned"},
        audited="feedback_item.settled",
    ),
    "feedback_item_words": Page(
        post="tasks.handle",
        needs={"item_id": "item"},
        sent={"public_title": "Every size"},
        audited="feedback_item.words_changed",
    ),
    "improvement_page": Page(
        get="customers.read", post="store.manage", sent={"show": "1"}, audited="feedback_item.page_on"
    ),
    "improvement_page_preview": Page(get="customers.read"),
    "feedback_item_add": Page(
        post="tasks.handle",
        needs={"item_id": "item"},
        sent={"theme": "{item_theme}"},
        audited="feedback_item.evidence_added",
    ),
    "feedback_item_remove": Page(
        post="tasks.handle",
        needs={"item_id": "item", "evidence_id": "evidence"},
        audited="feedback_item.evidence_removed",
    ),
    "programmes": Page(get="customers.read"),
    "programme_new": Page(
        get="customers.change",
        post="customers.change",
        sent={"kind": "board", "name": "Board"},
        audited="programme.created",
    ),
    "programme_add": Page(
        post="customers.change",
        needs={"customer_id": "other_customer"},
        sent={"programme": "{programme}"},
        audited="programme.candidate_added",
    ),
    "programme": Page(get="customers.read", needs={"programme_id": "programme"}),
    "programme_candidates": Page(get="customers.read", needs={"programme_id": "programme"}),
    "programme_export": Page(get="customers.export", needs={"programme_id": "programme"}),
    "programme_change": Page(
        get="customers.change",
        post="customers.change",
        needs={"programme_id": "programme"},
        sent={"name": "The board"},
        audited="programme.changed",
    ),
    "programme_state": Page(
        post="customers.change",
        needs={"programme_id": "old_programme"},
        sent={"state": "closed"},
        audited="programme.closed",
    ),
    "programme_propose": Page(
        post="customers.change", needs={"programme_id": "programme"}, audited="programme.proposed"
    ),
    "programme_invite": Page(
        post="customers.change",
        needs={"programme_id": "programme"},
        sent={"selected": "{candidate}"},
        audited="programme.invited",
    ),
    "programme_dismiss": Page(
        post="customers.change",
        needs={"programme_id": "programme"},
        sent={"selected": "{candidate}", "reason": "A competitor"},
        audited="programme.dismissed",
    ),
    "programme_recall": Page(
        post="customers.change",
        needs={"programme_id": "programme"},
        sent={"selected": "{dismissed}"},
        audited="programme.called_back",
    ),
    "programme_member": Page(
        post="customers.change",
        needs={"programme_id": "programme", "member_id": "programme_member"},
        sent={"state": "left"},
        audited="programme.member_changed",
    ),
    "programme_sessions": Page(get="customers.read", needs={"programme_id": "programme"}),
    "programme_session_new": Page(
        get="tasks.handle",
        post="tasks.handle",
        needs={"programme_id": "programme"},
        sent={"kind": "online", "title": "Zips", "held_at": "2026-05-04T10:00"},
        audited="programme.session_recorded",
    ),
    "programme_session": Page(
        get="customers.read", needs={"programme_id": "programme", "session_id": "programme_session"}
    ),
    "programme_session_change": Page(
        get="tasks.handle",
        post="tasks.handle",
        needs={"programme_id": "programme", "session_id": "programme_session"},
        sent={"kind": "test", "title": "Zips", "held_at": "2026-05-04T10:00"},
        audited="programme.session_changed",
    ),
    "programme_attend": Page(
        post="tasks.handle",
        needs={"programme_id": "programme", "session_id": "programme_session"},
        sent={"member": "{programme_member}", "satisfaction": "4", "said": "Zips break"},
        audited="programme.attendance_noted",
    ),
    "programme_decisions": Page(get="customers.read", needs={"programme_id": "programme"}),
    "programme_decide": Page(
        post="tasks.handle",
        needs={"programme_id": "programme"},
        sent={"text": "Zips first"},
        audited="programme.decided",
    ),
    "offers": Page(get="offers.read"),
    "offer_new": Page(
        get="offers.manage",
        post="offers.manage",
        sent={
            "name": "New",
            "key": "new",
            "kind": "gift",
            "what": "a mug",
            "worth_minor": "3",
            "code_length": 8,
            "redeemed_percent": 100,
            "chance_percent": 100,
            "kept_back_percent": 0,
            "again_after_days": 90,
        },
        audited="offer.created",
    ),
    "offer_limits": Page(
        get="offers.manage",
        post="offers.manage",
        sent={"day_budget_minor": "100"},
        audited="offer.limits_changed",
    ),
    "offers_waiting": Page(get="offers.manage"),
    "offer_approve": Page(
        post="offers.manage", needs={"offer_id": "waiting_offer"}, audited="offer.approved"
    ),
    "offer_decline": Page(
        post="offers.manage", needs={"offer_id": "waiting_offer"}, audited="offer.declined"
    ),
    "offer_give": Page(
        post="offers.give",
        needs={"customer_id": "other_customer"},
        sent={"pool": "ten"},
        audited="offer.given",
    ),
    "survey_ask": Page(
        post="surveys.manage",
        needs={"customer_id": "other_customer"},
        sent={"survey": "nps-after-30-days", "channel": "link"},
        audited="survey.asked",
    ),
    "offer": Page(get="offers.read", needs={"pool_id": "pool"}),
    "offer_chart": Page(get="offers.read", needs={"pool_id": "pool"}),
    "offer_chart_file": Page(get="offers.read", needs={"pool_id": "pool", "form": "chart_form"}),
    "offer_change": Page(
        get="offers.manage",
        post="offers.manage",
        needs={"pool_id": "pool"},
        sent={
            "name": "New",
            "kind": "gift",
            "what": "a mug",
            "worth_minor": "3",
            "code_length": 8,
            "redeemed_percent": 100,
            "chance_percent": 100,
            "kept_back_percent": 0,
            "again_after_days": 90,
        },
        audited="offer.changed",
    ),
    "offer_switch": Page(post="offers.manage", needs={"pool_id": "pool"}, audited="offer.switched_off"),
    "offer_codes": Page(
        post="offers.manage", needs={"pool_id": "pool"}, sent={"codes": "ABC"}, audited="offer.codes_imported"
    ),
    "offer_codes_make": Page(
        post="offers.manage", needs={"pool_id": "pool"}, sent={"count": 2}, audited="offer.codes_made"
    ),
    "offer_codes_export": Page(
        post="offers.manage", needs={"pool_id": "pool"}, audited="offer.codes_exported"
    ),
    "outbox": Page(get="alerts.read"),
    "outbox_stop": Page(post="store.manage", audited="sending.stopped"),
    "outbox_resume": Page(post="store.manage"),  # nothing changes while sending goes on
    "outbox_retry_all": Page(post="alerts.handle", audited="sends.retried"),
    "outbox_release": Page(post="journeys.manage", needs={"hold_id": "hold"}, audited="sending.released"),
    "outbox_drop": Page(post="journeys.manage", needs={"hold_id": "hold"}, audited="sending.dropped"),
    "outbox_suppressed": Page(get="alerts.read"),
    "outbox_allow": Page(
        post="alerts.handle", needs={"suppressed_id": "suppressed_address"}, audited="address.allowed"
    ),
    "send": Page(get="alerts.read", needs={"send_id": "send"}),
    "send_retry": Page(post="alerts.handle", needs={"send_id": "send"}, audited="send.retried"),
    "send_cancel": Page(post="alerts.handle", needs={"send_id": "send"}, audited="send.cancelled"),
    "feedback": Page(get="customers.read"),
    "feedback_texts": Page(get="customers.read"),
    "text_judge": Page(
        post="texts.judge",
        needs={"text_id": "text"},
        sent={"feeling": "neutral", "intent": "refund"},
        audited="text.feeling_judged text.intent_judged",
    ),
    "theme": Page(get="customers.read", needs={"theme_id": "theme"}),
    "theme_chart": Page(get="customers.read", needs={"theme_id": "theme"}),
    "theme_chart_file": Page(get="customers.read", needs={"theme_id": "theme", "form": "chart_form"}),
    "theme_hide": Page(post="texts.teach", needs={"theme_id": "theme"}, audited="theme.hidden"),
    "theme_show": Page(post="texts.teach", needs={"theme_id": "theme"}, audited="theme.shown"),
    "theme_rename": Page(
        post="texts.teach",
        needs={"theme_id": "theme"},
        sent={"name": "Zips that break"},
        audited="theme.renamed",
    ),
    "understanding": Page(get="customers.read"),
    "intent_teach": Page(
        post="texts.teach",
        sent={"intent": "engraving", "examples": "engrave it please"},
        audited="text.intent_taught",
    ),
    "intent_forget": Page(post="texts.teach", sent={"intent": "engraving"}, audited="text.intent_forgotten"),
    "events": Page(get="events.read"),
    "events_live_pass": Page(get="events.read"),
    "event": Page(get="events.read", needs={"event_id": "event"}),
    "rejected_events": Page(get="events.read"),
    "rejected_event": Page(
        get="events.read",
        post="events.mend",
        needs={"rejected_id": "rejected"},
        sent={"do": "discard"},
        audited="rejected.discarded",
    ),
    "rejected_settle": Page(
        post="events.mend", sent={"selected": "{rejected}", "do": "discard"}, audited="rejected.discarded"
    ),
    "rejected_restore": Page(post="events.mend", query="?selected={discarded}", audited="rejected.restored"),
    "parked_events": Page(get="events.read"),
    "parked_replay_all": Page(post="events.mend", audited="parked.all_replayed"),
    "parked_replay": Page(post="events.mend", needs={"parked_id": "parked"}, audited="parked.replayed"),
    "imports": Page(get="imports.read"),
    "import_new": Page(get="imports.run", post="imports.run"),  # audited when it is started
    "import_run": Page(get="imports.read", needs={"run_id": "import_run"}),
    "import_start": Page(
        post="imports.run",
        needs={"run_id": "import_draft"},
        sent={f"orders.{name}": name for name in ("order_id", "customer_id", "ordered_at")},
        audited="import.started",
    ),
    "import_resume": Page(post="imports.run", needs={"run_id": "import_run"}),
    "import_read_as": Page(post="imports.run", sent={"kind": "reviews"}, needs={"run_id": "import_draft"}),
    "import_discard": Page(post="imports.run", needs={"run_id": "import_draft"}),
    "import_mend": Page(post="imports.run", needs={"run_id": "import_run"}),
    "import_undo": Page(
        get="imports.run",
        post="imports.run",
        needs={"run_id": "import_run"},
        audited="import.undo_started",
    ),
    "import_rejects": Page(get="imports.read", needs={"run_id": "import_run"}),
    "sources": Page(get="sources.read"),
    "source_new": Page(
        get="sources.manage",
        post="sources.manage",
        sent={"name": "app"},
        audited="source.created write_key.created",
    ),
    "source": Page(get="sources.read", needs={"source_id": "source"}),
    "write_key_new": Page(
        post="sources.manage",
        needs={"source_id": "source"},
        sent={"events_per_second": 5},
        audited="write_key.created",
    ),
    "write_key_revoke": Page(
        get="sources.manage",
        post="sources.manage",
        needs={"key_id": "write_key"},
        audited="write_key.revoked",
    ),
    "store_settings": Page(
        get="store.read",
        post="store.manage",
        sent={
            "name": "Acme Outdoor",
            "time_zone": "UTC",
            "language": "de",
            "country": "DE",
            "colour": "#123456",
        },
        audited="store.changed",
    ),
    "email": Page(
        get="store.read", post="store.manage", sent={"sender_name": "Acme"}, audited="sender.changed"
    ),
    "channels": Page(get="store.read"),
    "channel_set_up": Page(
        post="store.manage",
        needs={"channel": "message_channel"},
        sent={"url": "https://hooks.slack.example/x"},
        audited="channel.set_up",
        in_all_stores=True,
    ),
    "channel_alerts": Page(
        post="store.manage",
        needs={"channel": "message_channel"},
        sent={"alerts": "critical"},
        audited="channel.alerts_chosen",
        in_all_stores=True,
    ),
    "channel_remove": Page(
        post="store.manage",
        needs={"channel": "message_channel"},
        audited="channel.removed",
        in_all_stores=True,
    ),
    "channel_trial": Page(
        post="store.manage", needs={"channel": "message_channel"}, audited="send.tried", in_all_stores=True
    ),
    "sending_rules": Page(
        get="store.read",
        post="store.manage",
        sent={
            "quiet_from": "22:00",
            "quiet_until": "07:00",
            "weekly_cap": "2",
            "origin_limit": "400",
            "store_limit": "900",
            "topics": "news: News",
        },
        audited="sending.rules_changed",
    ),
    "email_trial": Page(post="store.manage", audited="send.tried"),
    "retention": Page(
        get="store.read",
        post="store.manage",
        sent={"event_retention_months": "12"},
        audited="retention.changed",
    ),
    "members": Page(get="members.read"),
    "member_invite": Page(
        get="members.manage",
        post="members.manage",
        sent={"email": "carla@acme.example", "role": "agent"},
        audited="member.invited",
    ),
    "member_role": Page(
        post="members.manage",
        needs={"member_id": "member"},
        sent={"role": "manager"},
        audited="member.role_changed",
    ),
    "member_remove": Page(
        get="members.manage",
        post="members.manage",
        needs={"member_id": "member"},
        audited="member.removed",
    ),
    "invitation_withdraw": Page(
        post="members.manage", needs={"invitation_id": "invitation"}, audited="invitation.withdrawn"
    ),
    "keys": Page(get="keys.manage"),
    "key_new": Page(
        get="keys.manage",
        post="keys.manage",
        sent={"name": "ERP", "scopes": ["customers.read"]},
        audited="key.created",
    ),
    "key_revoke": Page(
        get="keys.manage", post="keys.manage", needs={"key_id": "api_key"}, audited="key.revoked"
    ),
    "audit": Page(get="audit.read"),
    "audit_export": Page(post="audit.read", audited="audit.exported"),
}

# Pages of people without a store; the status that somebody signed in gets.
OWN_PAGES = {
    "home": 302,
    "store_new": 200,
    "account": 200,
    "account_look": 405,  # POST alone
    "styleguide": 200,
    "styleguide_chart": 200,
    "styleguide_chart_file": 200,
    "account_change_password": 200,
    "account_set_password": 302,  # there is one already
    "account_reauthenticate": 200,
    "mfa_index": 200,
    "mfa_activate_totp": 302,  # asks for the password again first
    "mfa_deactivate_totp": 404,  # not set up
    "mfa_view_recovery_codes": 404,
    "mfa_generate_recovery_codes": 302,
    "mfa_download_recovery_codes": 404,
    "mfa_reauthenticate": 302,
}

# Pages that ask nobody to sign in, with the status that a stranger gets.
OPEN_PAGES = {
    "account_login": 200,
    "account_logout": 302,
    "account_inactive": 200,
    "account_reset_password": 200,
    "account_reset_password_done": 200,
    "account_reset_password_from_key": 200,
    "account_reset_password_from_key_done": 200,
    "mfa_authenticate": 302,  # only in the midst of a sign-in
    "invitation": 410,
    "unsubscribe": 410,
    "survey_answering": 410,
    "survey_open": 410,
    "review_widget": 404,
    "displayed_reviews": 404,
    "displayed_reviews_ld": 404,
    "prompts_script": 404,
    "published_improvements": 404,
    "published_improvements_json": 404,
    "shop_message": 405,  # POST alone
    "email_opened": 200,
    "mail_webhook": 404,
    "text_status": 405,  # POST alone
    "text_incoming": 405,
    "email_clicked": 410,
    "preferences": 410,
    "confirm_consent": 410,
    "programme_answer": 410,
    "healthz": 200,
    "readyz": 200,
    "metrics": 200,
}
OWN_ARGUMENTS = {"styleguide_chart_file": {"form": "csv"}}
OPEN_ARGUMENTS = {
    "account_reset_password_from_key": {"uidb36": "1", "key": "none"},
    "invitation": {"token": "rinv_none"},
    "unsubscribe": {"token": "none"},
    "survey_answering": {"token": "none"},
    "survey_open": {"token": "none"},
    "review_widget": {"token": "none"},
    "displayed_reviews": {"token": "none"},
    "displayed_reviews_ld": {"token": "none"},
    "prompts_script": {"token": "none"},
    "published_improvements": {"token": "none"},
    "published_improvements_json": {"token": "none"},
    "shop_message": {"token": "none"},
    "email_opened": {"token": "none"},
    "mail_webhook": {"provider": "postmark"},
    "text_status": {"token": "none"},
    "text_incoming": {"slug": "none", "channel": "sms"},
    "email_clicked": {"token": "none"},
    "preferences": {"token": "none"},
    "confirm_consent": {"token": "none"},
    "programme_answer": {"token": "none"},
}


def all_page_names() -> set[str]:
    """The names of all routes but those of the REST API, which has tests of its own."""
    return set(_names(get_resolver().url_patterns))


def _names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if not str(pattern.pattern).startswith("api/"):
                yield from _names(pattern.url_patterns)
        else:
            yield pattern.name or f"unnamed: {pattern.pattern}"
