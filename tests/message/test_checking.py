"""What is wrong with a template is found before it is used; and every one that comes along is fine."""

from __future__ import annotations

import pytest

from regard.message.domain.checking import check_template
from regard.message.domain.previewing import preview_template
from regard.message.domain.starters import add_starters, ensure_template, starters
from regard.message.domain.templates import read_definition
from regard.message.models import Brand, Template
from tests.message.writing import ANA, written

pytestmark = pytest.mark.django_db


def said(store, body, **more):
    found = check_template(store, read_definition(written(body=body, **more)))
    return {(finding.level, finding.field, finding.said) for finding in found} - {
        ("warning", "preheader", "Without a line beside the subject, mail programs show the beginning.")
    }


def test_a_good_template_has_no_findings(store):
    assert said(store, [{"text": "Hello {{ customer.first_name | default: 'you' }}"}]) == set()


def test_variables_are_checked(store):
    assert said(store, [{"text": "{{ customer.firstname }} {{ custmer.name }} {{ event.anything }}"}]) >= {
        (
            "error", "variables",
            "“customer” has no “firstname”; it has: attributes, email, first_name, name, phone.",
        ),
    }  # fmt: skip
    unknown = said(store, [{"text": "{{ custmer.name }}"}])
    assert any(
        text.startswith("There is no variable “custmer”; there are: brand, customer")
        for _l, _f, text in unknown
    )
    assert said(store, [{"text": "{{ customer.name }}{% if event.size %}{{ event.size }}{% endif %}"}]) == {
        (
            "warning", "variables",
            "Who has no customer.name does not get it; write “| default: …” behind it if they should.",
        )
    }  # fmt: skip
    shouted = [{"text": "{% if customer.name %}{{ customer.name | shout }}{% endif %}"}]
    assert said(store, shouted) == {("error", "variables", "There is no filter of this name: shout.")}


def test_what_cannot_be_read_is_told_of_each_part(store):
    broken = [{"text": "{% if customer.name %}Hello"}]
    fine = [{"text": "Hello"}]
    for body, subject, fields in (
        (broken, "{{ customer.name", {"subject", "body"}),
        (fine, "{{ customer.name", {"subject"}),
        (broken, "Hi", {"body"}),
    ):
        found = said(store, [], texts={"en": {"subject": subject, "body": body}})
        assert {field for level, field, _said in found if level == "error"} == fields


def test_links_and_images_are_checked(store):
    body = [
        {"button": "Go"},
        {"text": "[here](/page) [there](http://acme.example) [fine](https://acme.example)"},
        {"image": "logo.png"},
        {"image": "https://acme.example/a.png", "alt": "A"},
    ]
    assert said(store, body) == {
        ("error", "body[1]", "A link leads nowhere: its address is empty."),
        ("error", "body[2]", "“/page” is no address that begins with https://."),
        ("warning", "body[2]", "Use https:// for “http://acme.example”."),
        ("error", "body[3]", "An image needs an address that begins with https://."),
        ("error", "body[3]", "Say what the image shows, for those who do not see it."),
    }


def test_subjects_and_languages_are_checked(store):
    assert said(store, [], texts={"de": {"subject": "x" * 80, "body": []}}) == {
        ("warning", "texts", "There is no text in the store's own language; others get the first there is."),
        ("warning", "subject", "The subject has 80 characters; mail programs show about 70."),
        ("error", "body", "The text is empty."),
    }
    assert ("error", "subject", "The subject is empty.") in said(
        store, [], texts={"en": {"body": [{"text": "x"}]}}
    )


def test_marketing_tells_how_to_have_no_more_of_it(store):
    body = [{"text": "Buy"}]
    assert said(store, body, purpose="marketing") == {
        ("warning", "footer", "Marketing should tell the store's postal address; it is set with the brand.")
    }
    Brand.objects.create(store=store, postal_address="Street 1")
    definition = read_definition(written(body=body, purpose="marketing"))
    assert not [finding for finding in check_template(store, definition) if finding.field == "footer"]
    shown = preview_template(store, definition)
    for name in ("unsubscribe", "preferences"):
        assert f'href="https://example.com/{name}"' in shown.body_html
        assert f": https://example.com/{name}" in shown.body_text
    assert "unsubscribe" not in preview_template(store, read_definition(written(body=body))).body_html
    sms = said(store, "Buy", channel="sms", purpose="marketing")
    assert sms == {("warning", "body", "Marketing by SMS should say how to end it, such as “Reply STOP”.")}


def test_every_starter_is_fine_in_english_and_german(store):
    Brand.objects.create(store=store, postal_address="Street 1")
    for key, definition in starters().items():
        found = check_template(store, definition)
        assert [finding for finding in found if finding.level == "error"] == [], key
        assert [finding for finding in found if "customer." in finding.said] == [], key
        assert set(definition.texts) == {"en", "de"}
        for language in definition.texts:
            shown = preview_template(store, definition, language=language)
            assert shown.body_text
            assert "{{" not in shown.subject + shown.body_text + shown.body_html
    assert len(starters()) > 60


def test_starters_are_added_once_and_by_name(store):
    first = ensure_template(store, "welcome-1", ANA)
    assert first is not None
    assert ensure_template(store, "welcome-1", ANA) == first
    assert ensure_template(store, "nothing-such", ANA) is None
    assert add_starters(store, ANA) == len(starters()) - 1
    assert add_starters(store, ANA) == 0
    assert Template.objects.filter(store=store).count() == len(starters())
