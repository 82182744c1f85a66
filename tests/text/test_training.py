from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from regard.cli import texts
from regard.text.cards import EXAMPLES, card_named, digest_of
from regard.text.examples import examples_of, framed, variants_of
from regard.text.features import rows_of
from regard.text.language import UNDERSTOOD, language_of
from regard.text.lexicon import concepts_of, lexicon_of
from regard.text.linear import LinearModel, calibration
from regard.text.shipped import FOLDER, NAMES, model_named


def train(out: Path, *options: str) -> str:
    done = CliRunner().invoke(texts.text, ["train", "--out", str(out), *options])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def dutch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models made from the Dutch examples alone, with few steps."""
    folder = tmp_path_factory.mktemp("models")
    assert train(folder, "--language", "nl", "--rounds", "15").startswith("intents: 28 labels")
    return folder


def test_models_are_made_anew_by_the_command_and_agree_with_those_that_ship(dutch: Path):
    examples = [each for each in examples_of("intents", ("nl",)) if each.label != "none"]
    rows = rows_of([each.text for each in examples], [each.language for each in examples])
    small, shipped = model_named("intents", dutch), model_named("intents")
    assert small.labels == shipped.labels
    one, other = (model.scores(rows).argmax(axis=1) for model in (small, shipped))
    assert np.mean(one == other) > 0.85


def test_the_same_examples_give_the_same_models(dutch: Path, tmp_path: Path):
    train(tmp_path, "--language", "nl", "--rounds", "15")
    for name in NAMES:
        with np.load(dutch / f"{name}.npz") as one, np.load(tmp_path / f"{name}.npz") as other:
            assert all((one[key] == other[key]).all() for key in one.files)


def test_a_language_without_examples_is_refused(tmp_path: Path):
    done = CliRunner().invoke(texts.text, ["train", "--out", str(tmp_path), "--language", "pl"])
    assert done.exit_code == 2
    assert "There are no examples in pl" in done.output


def test_models_are_small_and_open():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 10_000_000
    assert {path.name for path in FOLDER.iterdir()} == {
        f"{name}.{kind}" for name in NAMES for kind in ("npz", "json")
    }
    for name in NAMES:
        with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as file:
            assert all(file[key].dtype.kind in "fiuU" for key in file.files)


@pytest.mark.parametrize("name", NAMES)
def test_each_model_has_a_card_that_is_its_own(name: str):
    card = card_named(name)
    assert card.digest == digest_of(FOLDER / f"{name}.npz")
    assert tuple(card.labels) == model_named(name).labels
    assert tuple(card.languages) == UNDERSTOOD
    assert all(what and licence for what, licence in card.taught_with)
    assert card.measured
    told = CliRunner().invoke(texts.text, ["models"]).output
    assert f"{name}: made on {card.made_on}, " in told
    assert all(f"{what}: {found}" in told for what, found in card.measured)


def test_a_new_model_gets_a_card_without_figures(dutch: Path):
    card = card_named("sentiment", dutch)
    assert (card.languages, card.taught_with, card.measured) == (["nl"], [EXAMPLES], [])
    assert card.digest == digest_of(dutch / "sentiment.npz")


def test_a_model_survives_its_file(dutch: Path, tmp_path: Path):
    model = model_named("sentiment", dutch)
    model.save(tmp_path / "again.npz")
    rows = rows_of(["slechte kwaliteit", "prima"], ["nl", "nl"])
    assert LinearModel.load(tmp_path / "again.npz").scores(rows) == pytest.approx(
        model.scores(rows), abs=0.02
    )


@pytest.mark.parametrize("kind", ["intents", "sentiment"])
def test_all_languages_have_examples_of_all_labels(kind: str):
    labels = {code: {each.label for each in examples_of(kind, (code,))} for code in UNDERSTOOD}
    assert all(each == labels["en"] for each in labels.values())
    assert min(Counter(each.language for each in examples_of(kind, UNDERSTOOD)).values()) > 80


def test_all_languages_have_the_same_concepts():
    def concepts(code: str) -> set[str]:
        return {concept for each in lexicon_of(code)[:3] for said in each.values() for concept in said}

    assert {code: concepts("en") ^ concepts(code) for code in UNDERSTOOD} == {
        code: set() for code in UNDERSTOOD
    }


def test_concepts_of_words_stems_and_pairs():
    assert concepts_of(["money", "back", "please"], "en")[0] == ("refund",)
    assert "broken" in concepts_of(["zerbrochen"], "de")[0]
    assert concepts_of([], "en") == []


def test_variants_tell_each_alternative():
    assert set(variants_of("(a|b) x (c|)")) <= {"a x c", "b x", "a x", "b x c"}
    assert {text[0] for text in variants_of("(a|b) x (c|)")} == {"a", "b"}
    assert variants_of("plain") == ["plain"]


def test_frames_are_put_around_examples():
    examples = examples_of("intents", ("de",))
    found = framed(examples, share=1)
    assert len(found) == len(examples)
    assert all(
        one.text in other.text and one.text != other.text for one, other in zip(examples, found, strict=True)
    )


def test_examples_are_in_the_language_that_they_say():
    texts = [each for each in examples_of("sentiment", UNDERSTOOD) if len(each.text) > 25]
    assert np.mean([language_of(each.text).code == each.language for each in texts]) > 0.97


def test_calibration_finds_the_odds():
    scores = np.random.default_rng(1).normal(size=20_000).astype(np.float32)
    likely = 1 / (1 + np.exp(-(2 * scores - 1)))
    targets = (np.random.default_rng(2).random(20_000) < likely).astype(np.float32)
    assert calibration(scores, targets) == pytest.approx((2, -1), abs=0.1)
