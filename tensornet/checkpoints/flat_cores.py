"""Checkpoints of 2016, in which one flat variable `weights` holds all cores of a TT layer.

The cores follow one another. Core k is the matrix `[r_{k-1} * i_k, o_k * r_k]`, row-major, which is
today's `mat_core_k` transposed. Only the layer that is restored tells where one core ends.
"""

from __future__ import annotations

import collections
import re
from typing import Dict, List, Mapping, NamedTuple, Optional, Tuple

import numpy as np

from tensornet.checkpoints.slots import Shapes
from tensornet.tt.arguments import product

_CORE = re.compile(r'(?P<scope>(?:.*/)?)mat_core_(?P<number>\d+)(?P<slot>(?:/.*)?)$')


class FlatCore(NamedTuple):
    """Where a core is: name of the flat variable, first entry, shape of today's core."""

    source: str
    start: int
    shape: List[int]

    def of(self, flat: np.ndarray) -> np.ndarray:
        """Returns the core, of `shape`, from the value of the flat variable."""
        rows, columns = self.shape
        part = flat[self.start:self.start + rows * columns]
        return np.transpose(np.reshape(part, [columns, rows]))


def flat_cores(shapes: Shapes, wanted: Mapping[str, Optional[List[int]]]) -> Dict[str, FlatCore]:
    """Finds cores, and their averages and optimizer slots, in flat variables.

    Args:
        shapes: dict from the names of the variables of a checkpoint to their shapes.
        wanted: dict from names that the checkpoint lacks to shapes in the graph, None for unknown
            ones.

    Returns:
        Dict from names of `wanted` to `FlatCore`.
    """
    layers: Dict[Tuple[str, str], Dict[int, str]] = collections.defaultdict(dict)
    known: Dict[str, List[int]] = {}
    for name, shape in wanted.items():
        match = _CORE.match(name)
        if match and shape is not None and len(shape) == 2:
            layers[match.group('scope'), match.group('slot')][int(match.group('number'))] = name
            known[name] = shape
    found: Dict[str, FlatCore] = {}
    for (scope, slot), cores in layers.items():
        source = scope + 'weights' + slot
        names = [cores[number] for number in sorted(cores)]
        starts = np.cumsum([0] + [product(known[name]) for name in names]).tolist()
        if sorted(cores) == list(range(1, len(cores) + 1)) and shapes.get(source) == starts[-1:]:
            found.update((name, FlatCore(source, start, known[name]))
                         for name, start in zip(names, starts))
    return found


def flat_weights(shapes: Shapes, of_2016: bool) -> List[str]:
    """Returns the names of variables that seem to hold all cores of a TT layer.

    Args:
        shapes: dict from the names of variables, as they are called today, to their shapes.
        of_2016: whether names of the checkpoint tell that it is that old. Otherwise only a layer
            with biases counts, of which batch normalization has as many as weights.
    """
    return sorted(name for name, shape in shapes.items() if _is_flat(name, shape, shapes, of_2016))


def _is_flat(name, shape, shapes, of_2016):
    scope, _, leaf = name.rpartition('/')
    biases = shapes.get(scope + '/biases')
    is_normalization = shape in (biases, shapes.get(scope + '/moving_mean'))
    return (leaf == 'weights' and len(shape) == 1 and not is_normalization
            and (of_2016 or biases is not None))
