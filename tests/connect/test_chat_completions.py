from __future__ import annotations

import pytest

from regard.connect.chat_completions.model import MOST_BYTES, ChatCompletions
from regard.connect.language_models import LanguageModelFailed
from tests.connect.completions import completions

KEY = "sk-not-to-be-shown"
SCHEMA = {"type": "object"}


def test_a_question_and_its_answer():
    with completions() as server:
        server.says = '{"a": 1}'
        assert ChatCompletions(server.url + "/", "small", KEY).answer("Read.", "A text", SCHEMA) == '{"a": 1}'
    assert (server.paths, server.keys) == (["/v1/chat/completions"], [f"Bearer {KEY}"])
    [asked] = server.asked
    assert asked == {
        "model": "small",
        "temperature": 0,
        "messages": [{"role": "system", "content": "Read."}, {"role": "user", "content": "A text"}],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA},
        },
    }


def test_without_a_key_none_is_sent():
    with completions() as server:
        ChatCompletions(server.url, "small").answer("", "", SCHEMA)
    assert server.keys == [None]


@pytest.mark.parametrize("status", [401, 429, 500])
def test_a_refusal_is_one_named_error_without_key_or_text(status):
    with completions() as server:
        server.status, server.raw = status, KEY.encode()
        with pytest.raises(LanguageModelFailed) as failed:
            ChatCompletions(server.url, "small", KEY).answer("", "secret words", SCHEMA)
    assert str(failed.value) == f"The model's server answered {status}."


def test_redirects_are_refused():
    with completions() as other, completions() as server:
        server.status, server.location = 307, other.url
        with pytest.raises(LanguageModelFailed):
            ChatCompletions(server.url, "small", KEY).answer("", "", SCHEMA)
    assert (len(server.asked), other.asked) == (1, [])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"[]",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": null}}]}',
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_an_answer_in_another_form(body):
    with completions() as server:
        server.raw = body
        with pytest.raises(LanguageModelFailed):
            ChatCompletions(server.url, "small").answer("", "", SCHEMA)


def test_an_answer_without_end_is_given_up():
    with completions() as server:
        server.raw = b" " * (MOST_BYTES + 100_000)
        with pytest.raises(LanguageModelFailed, match="too long"):
            ChatCompletions(server.url, "small").answer("", "", SCHEMA)


def test_nobody_there():
    with completions() as server:
        pass
    with pytest.raises(LanguageModelFailed, match="cannot be reached"):
        ChatCompletions(server.url, "small").answer("", "", SCHEMA)


@pytest.mark.parametrize(
    "address",
    [
        "http://models.example.com/v1",
        "ftp://localhost",
        "models",
        "https://a:b@models.example.com",
        "https://m/?a=1",
    ],
)
def test_addresses_that_are_refused(address):
    with pytest.raises(ValueError, match="address"):
        ChatCompletions(address, "small")


def test_the_key_is_never_shown():
    assert KEY not in repr(ChatCompletions("https://models.example.com/v1", "small", KEY))
    with pytest.raises(ValueError, match="line break") as refused:
        ChatCompletions("https://models.example.com/v1", "small", KEY + "\n")
    assert KEY not in str(refused.value)
