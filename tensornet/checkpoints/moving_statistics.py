"""The moving statistics of batch normalization in checkpoints of the original library.

The original averaged the moments of the batch, tensors, with `tf.train.ExponentialMovingAverage`.
So the averages are named after the ops that computed the moments, which differ between versions of
TensorFlow, inside the variable scope `V` of the layer and the name scope `N` it was built in:

    V/N/moments/moments_1/mean/ExponentialMovingAverage       TensorFlow 1.0 and 1.1
    V/N/moments/Squeeze/ExponentialMovingAverage              since then; the variance: Squeeze_1
    V/moments/normalize/mean/ExponentialMovingAverage         the library of 2016, before 1.0

The variables that remove their bias are below one more scope: `V/<average>/biased` and
`V/<average>/local_step`, the number of updates so far.

The average is `biased / (1 - decay**local_step)`, which is also the value of `moving_mean`. Since
this and `local_step` determine the next update, `biased` is redundant.
"""

from __future__ import annotations

import collections
import re
from typing import Collection, Dict, List, NamedTuple, Optional, Tuple

_AVERAGE = re.compile(r'(?P<moments>(?P<layer>.+?)/moments(_\d+)?(/[^/]+)*)/'
                      r'(?P<leaf>mean|variance|Squeeze|Squeeze_1)/ExponentialMovingAverage$')
_MEAN_LEAVES = ('mean', 'Squeeze')
_NUMBER = re.compile(r'_\d+$')


class _Average(NamedTuple):
    """Scope of the layer of an average, and the names of its slots."""

    scope: Optional[str]
    biased: Optional[str] = None
    local_step: Optional[str] = None


class MovingStatistics(NamedTuple):
    """Old names of the statistics of one layer.

    Attributes:
        scope: the variable scope of the layer.
        averages: dict from the names of the averages to their new names.
        steps: names of the counts of updates, that of the mean first; they are equal.
        biased: dict from the names of the averages before their bias is removed to the new names
            of the averages.
    """

    scope: str
    averages: Dict[str, str]
    steps: List[str]
    biased: Dict[str, str]

    @property
    def new_local_step(self) -> str:
        """The new name of the first of `steps`."""
        return f'{self.scope}/local_step'

    def new_names(self) -> Dict[str, str]:
        """Returns a dict from old names to those that `batch_normalization` gives."""
        return dict(self.averages, **{name: self.new_local_step for name in self.steps[:1]})


def find_moving_statistics(names: Collection[str]) -> List[MovingStatistics]:
    """Returns the list of `MovingStatistics` of a checkpoint.

    Args:
        names: the names of all variables of the checkpoint.
    """
    matches = {name: match for name, match in
               ((name, _AVERAGE.match(name)) for name in names) if match}
    slots = _slots(names, matches)
    layers: Dict[Tuple[str, str], MovingStatistics] = collections.OrderedDict()
    # The mean comes first, so that its count is the one taken.
    for name, match in sorted(matches.items(), key=lambda item: (_new_leaf(item[1]), item[0])):
        average = slots.get(name) or _Average(_scope_without_slots(match.group('layer'), names))
        if average.scope is None:
            continue
        layer = layers.setdefault((average.scope, match.group('moments')),
                                  MovingStatistics(average.scope, {}, [], {}))
        layer.averages[name] = f'{average.scope}/{_new_leaf(match)}'
        if average.local_step:
            layer.steps.append(average.local_step)
        if average.biased:
            layer.biased[average.biased] = layer.averages[name]
    return list(layers.values())


def _new_leaf(match):
    return 'moving_mean' if match.group('leaf') in _MEAN_LEAVES else 'moving_variance'


def _slots(names, averages):
    """Returns a dict from names of averages to `_Average`, for those with slots.

    The slots tell the variable scope from the name scope: it is what they have before the name of
    the average.
    """
    found = {}
    for name in names:
        owner, _, slot = name.rpartition('/')
        if slot not in ('biased', 'local_step'):
            continue
        parts = owner.split('/')
        for start in range(1, len(parts)):
            scope, average = '/'.join(parts[:start]), '/'.join(parts[start:])
            if average in averages and average.startswith(scope + '/'):
                known = found.get(average, _Average(scope))
                found[average] = known._replace(**{slot: name})
    return found


def _scope_without_slots(layer, names):
    """Finds the variable scope of an average whose slots were not saved.

    Args:
        layer: `V/N`, such as `inference/bn/tower_0/inference_1/bn`. `N` ends like `V`, except for
            numbers that make names unique. In 2016 it was `V` alone, and there were no slots.
        names: the names of all variables of the checkpoint.

    Returns:
        The name of the scope, or None.
    """
    if layer + '/biases' in names:
        return layer
    parts = layer.split('/')
    for end in range(len(parts) // 2, 0, -1):
        if all(name == scope or _NUMBER.sub('', name) == scope
               for scope, name in zip(parts[:end], parts[-end:])):
            return '/'.join(parts[:end])
    return None
