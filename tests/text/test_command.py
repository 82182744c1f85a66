from __future__ import annotations

import json

from click.testing import CliRunner, Result

from regard.cli import texts


def run(command: str, given: str, *options: str) -> Result:
    return CliRunner().invoke(texts.text, [command, *options], input=given)


def test_understand():
    given = '{"id": 7, "text": "Where is my order #10023?"}\n\n{"id": "b", "text": "Awful, it came broken"}\n'
    done = run("understand", given)
    assert done.exit_code == 0
    first, second = map(json.loads, done.stdout.splitlines())
    assert list(first) == ["id", "language", "sentiment", "intents", "urgency", "themes", "entities"]
    assert (first["id"], first["language"], first["intents"][0]["intent"]) == (7, "en", "order_status")
    assert first["entities"] == [{"kind": "order_number", "text": "10023", "start": 19, "end": 24}]
    assert (second["id"], second["sentiment"]["label"]) == ("b", "negative")
    assert second["sentiment"]["score"] < -0.5
    assert second["themes"] == ["damaged or defective"]


def test_bad_lines_are_told_and_the_rest_goes_on():
    given = '{"id": 1, "text": "hello"}\nnonsense\n{"id": 2}\n[1]\n{"text": null}\n{"id": 4, "text": ""}\n'
    done = run("understand", given)
    assert done.exit_code == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1, 4]
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == [
        "Line 2",
        "Line 3",
        "Line 4",
        "Line 5",
    ]


def test_many_lines_keep_their_order():
    given = "".join(json.dumps({"id": n, "text": f"order {n}"}) + "\n" for n in range(1100))
    assert [json.loads(line)["id"] for line in run("understand", given).stdout.splitlines()] == list(
        range(1100)
    )


def test_products(tmp_path):
    names = tmp_path / "products.txt"
    names.write_text("Trail Runner\n")
    done = run("understand", '{"id": 1, "text": "Is the trail runner waterproof?"}', "--products", str(names))
    assert [each["kind"] for each in json.loads(done.stdout)["entities"]] == ["product"]


def test_urgency():
    texts_by_level = {
        "urgent": "My lawyer will contact you, this is fraud, I want my money back TODAY!!!",
        "high": "The charger arrived broken and I need it for tomorrow, nobody answers",
        "low": "Thanks, that fixed it",
    }
    given = "".join(json.dumps({"id": level, "text": text}) + "\n" for level, text in texts_by_level.items())
    told = {
        each["id"]: each["urgency"] for each in map(json.loads, run("understand", given).stdout.splitlines())
    }
    assert told["urgent"] == "urgent"
    assert told["high"] in ("high", "urgent")
    assert told["low"] == "low"


def test_themes():
    said = ["it runs small", "runs small", "sadly runs small", "it runs small here", "nice"]
    given = "".join(json.dumps({"id": n, "text": text}) + "\n" for n, text in enumerate(said))
    [theme] = map(json.loads, run("themes", given).stdout.splitlines())
    assert (theme["theme"], theme["texts"]) == ("runs small", 4)


def test_mask():
    assert run("mask", "Hi Anna,\nwrite to a@b.example").stdout == "Hi [name],\nwrite to [email]"
