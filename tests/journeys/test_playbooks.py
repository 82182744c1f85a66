"""The journeys that ship: read and written alike, told of in the guide."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from regard.core.registry import actions
from regard.journey.domain.definition.parts import Do
from regard.journey.domain.definition.program import all_steps
from regard.journey.domain.definition.reading import read_definition, read_yaml
from regard.journey.domain.definition.writing import definition_values, definition_yaml
from regard.journey.domain.playbooks import shipped_playbooks

GUIDE = Path(__file__).parents[2] / "docs" / "playbooks.md"
NAMES = sorted(shipped_playbooks())
FOR_EVERYBODY = {
    "back-in-stock", "defect-report", "delivery-problem", "detractor-recovery", "known-fix", "order-updates",
    "product-defect", "service-interruption", "service-restored", "shipping-delay", "stock-shortage",
    "support-frustration", "survey-delivery", "survey-exit", "survey-loyalty", "survey-milestone",
    "survey-purchase", "survey-relationship", "survey-return", "survey-support", "valued-escalation", "won-back",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_each_is_read_written_and_read_back_alike(name):
    definition = shipped_playbooks()[name]

    assert read_yaml(definition_yaml(definition)) == definition
    assert read_definition(definition_values(definition)) == definition
    assert (definition.key, definition.is_playbook) == (name, True)
    assert definition.holdout == (0 if name in FOR_EVERYBODY else 10)
    assert definition.description.count(". ") == 1


def texts_of(value, name="") -> set[str]:
    """What people read of a playbook, of its plain values."""
    if isinstance(value, Mapping):
        return {text for key, each in value.items() for text in texts_of(each, key)}
    if isinstance(value, list):
        return {text for each in value for text in texts_of(each)}
    return {value} if name in {"name", "description", "title", "text", "leave", "change", "reason"} else set()


def test_all_that_people_read_of_them_is_there_in_german():
    german = shipped_playbooks("de")

    for name, definition in shipped_playbooks().items():
        english = definition_values(definition)
        assert texts_of(english) & texts_of(definition_values(german[name])) == set(), name
        assert without_texts(definition_values(german[name])) == without_texts(english)
    assert shipped_playbooks("fr") == shipped_playbooks()


def without_texts(value, name="") -> object:
    if isinstance(value, Mapping):
        return {key: without_texts(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [without_texts(each) for each in value]
    return "" if texts_of(value, name) else value


def test_what_they_do_is_there_to_be_done():
    steps = [step for one in shipped_playbooks().values() for step in all_steps(one.steps)]

    assert {step.action for step in steps if isinstance(step, Do)} <= set(actions.names())


def test_the_guide_tells_of_each_with_those_that_everybody_gets_and_of_each_offer():
    guide = GUIDE.read_text("utf-8")
    steps = [step for one in shipped_playbooks().values() for step in all_steps(one.steps)]
    offers = {
        str(step.parameters["pool"]) for step in steps if isinstance(step, Do) and step.action == "offer"
    }

    assert [name for name in NAMES if f"| `{name}`{' 0 %' * (name in FOR_EVERYBODY)} |" not in guide] == []
    told = guide.partition("| offer | for |")[2]
    assert [offer for offer in sorted(offers) if f"`{offer}`" not in told] == []
