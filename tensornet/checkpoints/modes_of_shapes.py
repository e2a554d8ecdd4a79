"""The modes of a TT layer, as far as the shapes of its cores tell."""

from __future__ import annotations

import functools
from typing import List, Optional, Sequence, Tuple

from tensornet.tt.arguments import product


def modes_of_shapes(shapes: Sequence[Sequence[int]], first_rank: int = 1,
                    inp_size: Optional[int] = None, out_size: Optional[int] = None,
                    may_be_padded: bool = True) -> List[Tuple[List[int], List[int]]]:
    """Finds modes that the cores `[o_k * r_k, r_{k-1} * i_k]` of a layer may have.

    A layer may be padded, so modes may multiply to more than its sizes. Those that multiply to
    twice as many or more are left out: nobody pads so far.

    Args:
        shapes: list of the shapes of the cores.
        first_rank: r_0.
        inp_size, out_size: number of inputs and outputs, None where it is not known.
        may_be_padded: whether modes may multiply to more.

    Returns:
        List of pairs of input and output modes: none where the cores do not fit each other, one
        where the shapes tell the modes, two of them where there are several.
    """
    most = 2 if may_be_padded else 1
    limits = None if out_size is None else (out_size, most * (out_size - 1) + 1)
    found = []
    for modes in _modes(shapes, first_rank, limits, set()):
        if inp_size is not None and not (
                inp_size <= product(modes[0]) <= most * (inp_size - 1) + 1):
            continue
        found.append(modes)
        if len(found) == 2:
            break
    return found


def _modes(shapes, left, limits, hopeless):
    """Yields all modes.

    Args:
        shapes: of the cores from some on.
        left: the rank left of the first of them.
        limits: the least and the largest product of their output modes; None for any.
        hopeless: set of what has no modes: numbers of cores, with the rank and the limits. It is
            added to, so that none is looked at twice.
    """
    (rows, columns), rest = shapes[0], shapes[1:]
    state = len(shapes), left, limits
    if columns % left or state in hopeless:
        return
    is_hopeless = True
    largest = product(shape[0] for shape in rest)
    for right in _divisors(rows) if rest else [1]:
        out = rows // right
        if limits is None:
            others = None
        else:
            least, most = limits
            others = -(-least // out), most // out
            # What remains must be there in the rows of the other cores.
            if others[1] < max(1, others[0]) or largest < others[0]:
                continue
        if not rest:
            is_hopeless = False
            yield [columns // left], [out]
            continue
        for inp_modes, out_modes in _modes(rest, right, others, hopeless):
            is_hopeless = False
            yield [columns // left] + inp_modes, [out] + out_modes
    if is_hopeless:
        hopeless.add(state)


@functools.lru_cache(maxsize=256)
def _divisors(number):
    return [divisor for divisor in range(1, number + 1) if number % divisor == 0]
