from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regard.predict.domain.churn.fitting import STRENGTH, fit_model
from regard.predict.domain.churn.inputs import INPUTS, inputs_of
from regard.predict.domain.churn.logistic import churn_model_of, plain_model, points_of
from tests.predict.churners import customers_seen, labelled_at_random
from tests.score.people import NOW

EARLIER, LATER = NOW - timedelta(days=60), NOW - timedelta(days=30)


def fitted(names=()):
    labelled = [labelled_at_random(800, seed=3, as_of=EARLIER), labelled_at_random(600, seed=5, as_of=LATER)]
    return fit_model(labelled, days=90, names=names), labelled


def test_a_model_tells_the_same_risks_as_the_library_that_fitted_it():
    from sklearn.linear_model import LogisticRegression

    model, [first, last] = fitted(("recency", "orders"))

    def design(seen):
        recency, orders = (np.log1p(inputs_of(seen, [name])[:, 0]) for name in ("recency", "orders"))
        return np.column_stack([recency, recency**2, orders])

    columns = design(first.seen)
    centres, spreads = columns.mean(axis=0), columns.std(axis=0)
    scaled = [(design(each.seen) - centres) / spreads for each in (first, last)]
    library = LogisticRegression(C=STRENGTH, max_iter=2_000, tol=1e-8).fit(scaled[0], first.left)
    calibrated = LogisticRegression(C=1e6, max_iter=1_000).fit(
        library.decision_function(scaled[1])[:, None], last.left
    )
    new = customers_seen(200, seed=9)
    odds = library.decision_function((design(new) - centres) / spreads)
    theirs = calibrated.predict_proba(odds[:, None])[:, 1]

    assert np.abs(model.risks(new) - theirs).max() < 1e-9


def test_a_kept_model_tells_the_same_risks():
    model, _labelled = fitted()
    again = churn_model_of(json.loads(json.dumps(plain_model(model))))
    new = customers_seen(200, seed=9)

    assert again == model
    assert np.array_equal(again.risks(new), model.risks(new))


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_contributions_and_the_base_add_up_to_the_risk(seed):
    new = customers_seen(50, seed=seed)
    points = points_of(MODEL, MODEL.added(new))

    assert np.allclose(100 * MODEL.base + points.sum(axis=1), 100 * MODEL.risks(new), atol=1e-9)


def test_what_is_known_of_nobody_is_no_part_of_a_model():
    model, _labelled = fitted()

    assert {"recency", "orders", "last_rating"} <= set(model.names)
    assert not {"late", "last_nps", "refunded", "reviews", "season_cos"} & set(model.names)


def test_a_season_is_learned_only_in_more_than_a_year():
    moments = [NOW - timedelta(days=days) for days in (500, 300, 100, 30)]
    labelled = [labelled_at_random(400, seed=number, as_of=at) for number, at in enumerate(moments)]

    assert "season_cos" in fit_model(labelled, days=90).names


def test_longer_without_an_order_and_worse_rated_is_riskier():
    model, _labelled = fitted()
    recency, rating = (model.names.index(name) for name in ("recency", "last_rating"))
    new = customers_seen(400, seed=9)
    added, values = model.added(new), model.values(new)
    known = ~np.isnan(values[:, rating])

    assert np.corrcoef(added[:, recency], np.log1p(values[:, recency]))[0, 1] > 0.9
    assert np.corrcoef(added[known, rating], values[known, rating])[0, 1] < -0.9


def test_every_input_is_a_number_a_customer():
    new = customers_seen(7, seed=1)

    assert inputs_of(new, list(INPUTS)).shape == (7, len(INPUTS))


def test_an_unknown_input_is_refused():
    with pytest.raises(KeyError):
        inputs_of(customers_seen(1, seed=1), ["horoscope"])


MODEL, _ = fitted()
