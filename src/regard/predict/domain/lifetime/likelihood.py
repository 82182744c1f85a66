"""Finding the parameters under which what was seen is likeliest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize

from regard.predict.domain.lifetime.histories import Numbers

# Of positive parameters: the log-likelihood, and its derivatives by each of them.
Likelihood = Callable[[Numbers], tuple[float, Numbers]]

# Of the logarithms of parameters. A store whose customers never leave, say, has its maximum at infinity.
BOUND = 14.0


def most_likely(
    likelihood: Likelihood, start: Numbers, observations: float, *, highest: Sequence[float] = ()
) -> tuple[Numbers, float]:
    """Parameters and log-likelihood at the maximum.

    Searched over the parameters' logarithms, so that they stay positive, by L-BFGS. observations: how many the
    likelihood is of; the search is for the mean of one, so that its end does not hang on their number.
    highest: upper bounds of the parameters' logarithms, where they are not `BOUND`.
    """

    def loss(logs: Numbers) -> tuple[float, Numbers]:
        parameters = np.exp(logs)
        value, slopes = likelihood(parameters)
        return -value / observations, -slopes * parameters / observations

    found: Any = minimize(
        loss,
        np.log(start),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-BOUND, most) for most in highest or [BOUND] * len(start)],
        options={"maxiter": 500, "ftol": 1e-14, "gtol": 1e-8},
    )
    return np.exp(found.x), -float(found.fun) * observations
