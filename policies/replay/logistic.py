"""Logistic regression with a ridge: Newton's steps on standardised columns, and how sure its coefficients are.

Ridge: le Cessie & van Houwelingen 1992, Applied Statistics 41(1), 191-201. Errors that hold when rows of one person
belong together: Liang & Zeger 1986, Biometrika 73(1), 13-22.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RIDGE = 1.0
STEPS, CLOSE_ENOUGH = 100, 1e-9


@dataclass(frozen=True, slots=True)
class Fitted:
    """Coefficients for columns as they were given, the intercept first, and their covariance."""

    coefficients: Floats
    covariance: Floats

    def chances(self, columns: Floats) -> Floats:
        """The probability of each row of (rows, columns)."""
        return _chance(_with_one(columns) @ self.coefficients)

    def total(self, columns: Floats) -> tuple[float, float]:
        """How many of these rows it is expected of, and the standard error that the coefficients leave."""
        rows = _with_one(columns)
        chances = _chance(rows @ self.coefficients)
        slope = (chances * (1.0 - chances)) @ rows
        return float(chances.sum()), float(np.sqrt(slope @ self.covariance @ slope))


def fit(columns: Floats, happened: Floats, of: NDArray[np.int64] | None = None, ridge: float = RIDGE) -> Fitted:
    """Fit whether it `happened` (0 or 1, and both have to occur) to columns of shape (rows, columns).

    `of`: whose row it is. The intercept has no ridge, so as many are expected of the rows as there were. A column that
    is the same everywhere has the coefficient 0; one that tells all rows apart a finite one, because of the ridge.
    """
    if not 0.0 < happened.mean() < 1.0:
        raise ValueError("it has to have happened in some rows, and not in others")
    middle, scale = columns.mean(axis=0), columns.std(axis=0)
    scale = np.where(scale > 1e-12 * np.maximum(np.abs(middle), 1.0), scale, np.inf)
    rows = _with_one((columns - middle) / scale)
    penalty = np.r_[0.0, np.full(columns.shape[1], ridge)]
    found = _climb(rows, happened, penalty)
    bread = np.linalg.inv(_curvature(rows, found, penalty))
    scores = rows * (happened - _chance(rows @ found))[:, None]
    covariance = bread @ _spread(scores, of) @ bread
    back = _back(middle, scale)
    return Fitted(back @ found, back @ covariance @ back.T)


def _climb(rows: Floats, happened: Floats, penalty: Floats) -> Floats:
    """Newton's steps to the most likely coefficients; a step that leads down is halved."""
    share = happened.mean()
    found: Floats = np.zeros(rows.shape[1])
    found[0] = np.log(share / (1.0 - share))
    for _ in range(STEPS):
        uphill = rows.T @ (happened - _chance(rows @ found)) - penalty * found
        step = np.linalg.solve(_curvature(rows, found, penalty), uphill)
        before = _likelihood(rows, happened, found, penalty)
        while _likelihood(rows, happened, found + step, penalty) < before and np.abs(step).max() > CLOSE_ENOUGH:
            step /= 2.0
        found = found + step
        if np.abs(step).max() <= CLOSE_ENOUGH:
            break
    return found


def _likelihood(rows: Floats, happened: Floats, at: Floats, penalty: Floats) -> float:
    """The logarithm of it, less the penalty."""
    reach = rows @ at
    return float((happened * reach - np.logaddexp(0.0, reach)).sum() - (penalty * at**2).sum() / 2.0)


def _curvature(rows: Floats, at: Floats, penalty: Floats) -> Floats:
    chances = _chance(rows @ at)
    curved: Floats = (rows * (chances * (1.0 - chances))[:, None]).T @ rows + np.diag(penalty)
    return curved


def _spread(scores: Floats, of: NDArray[np.int64] | None) -> Floats:
    """The covariance of the sum of the scores, each person's taken together."""
    if of is not None:
        groups = np.unique(of, return_inverse=True)[1]
        scores = np.stack([np.bincount(groups, column) for column in scores.T], axis=1)
    many = len(scores)
    spread: Floats = scores.T @ scores * (many / max(many - 1, 1))
    return spread


def _back(middle: Floats, scale: Floats) -> Floats:
    """From coefficients of standardised columns to those of the columns as they were given."""
    back = np.diag(np.r_[1.0, 1.0 / scale])
    back[0, 1:] = -middle / scale
    return back


def _chance(reach: Floats) -> Floats:
    chance: Floats = np.exp(-np.logaddexp(0.0, -reach))
    return chance


def _with_one(columns: Floats) -> Floats:
    return np.column_stack([np.ones(len(columns)), columns])
