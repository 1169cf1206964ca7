"""How the time grows with both lists: fitted exponents."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np


def exponents(seconds: Mapping[tuple[int, int], float]) -> tuple[float, float] | None:
    """Exponents of demands and supplies in ``seconds = c · demands^a · supplies^b``.

    Least squares of the logarithms; None where the sizes do not tell both apart.
    """
    sizes = np.log(np.array(list(seconds), dtype=np.float64).reshape(-1, 2))
    known = np.column_stack([np.ones(len(sizes)), sizes])
    if np.linalg.matrix_rank(known) < 3:
        return None
    found = np.linalg.lstsq(known, np.log(list(seconds.values())), rcond=None)[0]
    return float(found[1]), float(found[2])
