"""Fair shares: a number of places, shared out by weight among those who want some."""

from __future__ import annotations

from collections.abc import Sequence


def fair_shares(places: int, wanted: Sequence[tuple[int, int]]) -> list[int]:
    """Share out `places` among (weight, how many are wanted), each weight at least 1.

    Nobody gets more than they want; what they leave goes to the others, by weight again (max-min fairness, as in
    Bertsekas and Gallager, "Data Networks", 6.5.2). Whole places keep to the exact shares by largest remainder, and
    whoever wants any gets one before anybody gets two, as long as there are places.
    """
    shares = [0.0] * len(wanted)
    open_, left = [at for at, (_, want) in enumerate(wanted) if want > 0], float(places)
    while open_ and left > 1e-9:
        weight = sum(wanted[at][0] for at in open_)
        full = [at for at in open_ if wanted[at][1] - shares[at] <= left * wanted[at][0] / weight]
        if not full:
            for at in open_:
                shares[at] += left * wanted[at][0] / weight
            break
        left -= sum(wanted[at][1] - shares[at] for at in full)
        for at in full:
            shares[at] = float(wanted[at][1])
        open_ = [at for at in open_ if at not in full]
    return _whole(shares, wanted, places)


def _whole(shares: Sequence[float], wanted: Sequence[tuple[int, int]], places: int) -> list[int]:
    whole = [int(share + 1e-9) for share in shares]
    spare = min(places, sum(want for _, want in wanted)) - sum(whole)
    by_rest = sorted(range(len(whole)), key=lambda at: (whole[at] - shares[at], at))
    for at in by_rest:
        if spare > 0 and whole[at] < wanted[at][1]:
            whole[at] += 1
            spare -= 1
    for at, (_, want) in enumerate(wanted):
        richest = max(range(len(whole)), key=lambda other: whole[other], default=at)
        if want > 0 and not whole[at] and whole[richest] > 1:
            whole[richest] -= 1
            whole[at] += 1
    return whole
