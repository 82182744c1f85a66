"""Texts read again by a language model, through the command that asks for it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from regard.cli import texts
from tests.connect.completions import Server, completions

KEY = "sk-not-to-be-shown"
SURE, UNSURE = "Where is my order #10023?", "Hi Anna, hmm, ann@example.com"
ANSWER = {
    "sentiment": "negative",
    "score": -0.5,
    "intents": [{"intent": "invoice", "confidence": 0.6}, {"intent": "refund", "confidence": 0.9}],
    "urgency": "high",
}


def run(server: Server, *said: str, options: tuple[str, ...] = ()) -> Result:
    given = "".join(json.dumps({"id": number, "text": text}) + "\n" for number, text in enumerate(said))
    command = ["understand", "--model-url", server.url, "--model-name", "small", *options]
    return CliRunner().invoke(texts.text, command, input=given, env={"LANGUAGE_MODEL_KEY": KEY})


def local(*said: str) -> list[dict[str, object]]:
    given = "".join(json.dumps({"id": number, "text": text}) + "\n" for number, text in enumerate(said))
    done = CliRunner().invoke(texts.text, ["understand"], input=given)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_only_unsure_texts_are_sent_and_masked():
    with completions() as server:
        server.says = json.dumps(ANSWER)
        done = run(server, SURE, UNSURE)
    assert [each["messages"][1]["content"] for each in server.asked] == ["Hi [name], hmm, [email]"]
    first, second = map(json.loads, done.stdout.splitlines())
    before = local(SURE, UNSURE)
    assert first == before[0] | {"model": None}
    assert second == before[1] | {
        "sentiment": {"label": "negative", "score": -0.5, "emotions": []},
        "intents": [{"intent": "refund", "confidence": 0.9}, {"intent": "invoice", "confidence": 0.6}],
        "urgency": "high",
        "model": "small",
    }
    assert done.stderr == "Sent to the model: 1; answers of no use: 0.\n"
    assert (server.keys, KEY in done.output) == ([f"Bearer {KEY}"], False)


def test_all_are_sent_when_asked_up_to_a_bound():
    with completions() as server:
        server.says = json.dumps(ANSWER)
        done = run(server, SURE, SURE, UNSURE, options=("--model-for", "all", "--model-most", "2"))
    assert len(server.asked) == 2
    assert [json.loads(line)["model"] for line in done.stdout.splitlines()] == ["small", "small", None]


@pytest.mark.parametrize(
    "answer",
    [
        "I think it is a refund.",
        "{}",
        json.dumps(ANSWER | {"intents": [{"intent": "world_peace", "confidence": 1}]}),
        json.dumps(ANSWER | {"intents": []}),
        json.dumps(ANSWER | {"intents": ANSWER["intents"] + [{"intent": "unknown", "confidence": 1}]}),
        json.dumps(ANSWER | {"intents": [{"intent": "refund", "confidence": 3}]}),
        json.dumps(ANSWER | {"score": 0.5}),
        json.dumps(ANSWER | {"urgency": "panic"}),
        json.dumps(ANSWER | {"more": 1}),
    ],
)
def test_nonsense_leaves_the_local_reading(answer):
    with completions() as server:
        server.says = answer
        done = run(server, UNSURE)
    assert json.loads(done.stdout) == local(UNSURE)[0] | {"model": None}
    assert done.stderr == "Sent to the model: 1; answers of no use: 1.\n"
    assert done.exit_code == 0


def test_a_model_that_keeps_failing_is_left_alone():
    with completions() as server:
        server.status = 503
        done = run(server, *[UNSURE] * 5)
    assert len(server.asked) == 3
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        each | {"model": None} for each in local(*[UNSURE] * 5)
    ]


def test_what_is_missing_is_named():
    command = ["understand", "--model-url", "http://models.example.com", "--model-name", "small"]
    for options, why in ((command, "https://"), (command[:3], "--model-name")):
        done = CliRunner().invoke(texts.text, options, input="")
        assert done.exit_code == 2
        assert why in done.stderr
