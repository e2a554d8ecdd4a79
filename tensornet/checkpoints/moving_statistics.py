"""The moving statistics of batch normalization in checkpoints of the original library.

The original averaged the moments of the batch, tensors, with `tf.train.ExponentialMovingAverage`.
So the averages are named after the ops that computed the moments, which differ between versions of
TensorFlow, inside the variable scope `V` of the layer and the name scope `N` it was built in:

    V/N/moments/moments_1/mean/ExponentialMovingAverage       TensorFlow 1.0 and 1.1
    V/N/moments/Squeeze/ExponentialMovingAverage              since then; the variance: Squeeze_1

What removes their bias has one scope more: `V/<average>/biased` and `V/<average>/local_step`.

The average is `biased / (1 - decay**local_step)`, and `moving_mean` is just that number. With
`local_step`, the number of updates so far, the next update is the same: `biased` is redundant.
"""
import collections
import re

_AVERAGE = re.compile(r'(?P<moments>.+/moments(_\d+)?(/[^/]+)*)/'
                      r'(?P<leaf>mean|variance|Squeeze|Squeeze_1)/ExponentialMovingAverage$')
_MEAN_LEAVES = ('mean', 'Squeeze')
_NUMBER = re.compile(r'_\d+$')

_Average = collections.namedtuple('_Average', ['scope', 'biased', 'local_step'])


class MovingStatistics(collections.namedtuple('MovingStatistics', [
        'scope', 'mean', 'variance', 'steps', 'biased'])):
    """Old names of the statistics of one layer.

    Attributes:
        scope: the variable scope of the layer.
        mean, variance: names of the averages, None where the checkpoint has none.
        steps: names of the counts of updates, that of the mean first; they are equal.
        biased: names of the averages before their bias is removed.
    """
    __slots__ = ()

    def new_names(self):
        """Returns a dict from old names to those that `batch_normalization` gives."""
        old = (('moving_mean', self.mean), ('moving_variance', self.variance),
               ('local_step', self.steps[0] if self.steps else None))
        return {name: f'{self.scope}/{new}' for new, name in old if name is not None}


def find_moving_statistics(names):
    """Returns the list of `MovingStatistics` of a checkpoint.

    Args:
        names: the names of all variables of the checkpoint.
    """
    matches = {name: match for name, match in
               ((name, _AVERAGE.match(name)) for name in sorted(names)) if match}
    slots = _slots(names, matches)
    layers = {}
    for name, match in matches.items():
        average = slots.get(name) or _Average(_scope_without_slots(match), None, None)
        role = 'mean' if match.group('leaf') in _MEAN_LEAVES else 'variance'
        layers.setdefault((average.scope, match.group('moments')), {})[role] = name, average
    found = []
    for (scope, _), roles in sorted(layers.items()):
        present = [roles[role] for role in ('mean', 'variance') if role in roles]
        found.append(MovingStatistics(
            scope, *(roles.get(role, (None,))[0] for role in ('mean', 'variance')),
            steps=[average.local_step for _, average in present if average.local_step],
            biased=[average.biased for _, average in present if average.biased]))
    return found


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
                known = found.get(average, _Average(scope, None, None))
                found[average] = known._replace(**{slot: name})
    return found


def _scope_without_slots(match):
    """Guesses the variable scope of an average whose slots were not saved.

    The name scope repeats the name of the layer: `inference/bn/tower_0/inference/bn_1/moments`.
    """
    parts = match.group('moments').split('/')
    parts = parts[:max(k for k, part in enumerate(parts) if _NUMBER.sub('', part) == 'moments')]
    while parts and _NUMBER.sub('', parts[-1]) == 'moments':
        parts.pop()
    for end in range(1, len(parts)):
        if _NUMBER.sub('', parts[end - 1]) == _NUMBER.sub('', parts[-1]):
            return '/'.join(parts[:end])
    return parts[0] if parts else match.group('moments')
