"""The workloads of the benchmarks, in full for the planner and scaled down for TensorFlow."""

import collections

Workload = collections.namedtuple('Workload', ['inp_modes', 'out_modes', 'ranks', 'batch_size'])


def _uniform(inp_modes, out_modes, rank, batch_size):
    return Workload(inp_modes, out_modes, [1] + [rank] * (len(inp_modes) - 1) + [1], batch_size)


FULL_SIZE = collections.OrderedDict([
    ('vgg1', _uniform([2, 7, 8, 8, 7, 4], [4] * 6, 4, 1)),
    ('vgg100', _uniform([2, 7, 8, 8, 7, 4], [4] * 6, 4, 100)),
    ('mnist100', _uniform([4, 8, 8, 4], [4, 8, 8, 4], 8, 100)),
    ('fc41', _uniform([8, 8, 8, 16], [4, 6, 8, 8], 40, 100)),
    ('wideA', _uniform([4, 4, 4, 4, 4, 3], [8] * 6, 10, 100)),
    ('wideB', _uniform([8] * 6, [4] * 6, 10, 100)),
])

# The same relations of modes, ranks and batch in few numbers; neighbours differ, so that axes
# that change places are noticed.
SCALED = collections.OrderedDict([
    ('vgg1', Workload([1, 3, 4, 2, 3, 2], [2, 1, 2, 2, 3, 2], [1, 2, 3, 2, 3, 2, 1], 1)),
    ('vgg100', Workload([1, 3, 4, 2, 3, 2], [2, 1, 2, 2, 3, 2], [1, 2, 3, 2, 3, 2, 1], 3)),
    ('mnist100', Workload([2, 3, 4, 2], [2, 4, 3, 2], [1, 3, 4, 3, 1], 4)),
    ('fc41', Workload([2, 3, 2, 4], [1, 3, 2, 2], [1, 5, 6, 7, 1], 3)),
    ('wideA', Workload([2, 1, 2, 2, 2, 1], [3, 2, 3, 2, 3, 2], [1, 3, 2, 4, 2, 3, 1], 2)),
    ('wideB', Workload([3, 2, 3, 2, 3, 2], [2, 1, 2, 2, 2, 1], [1, 3, 2, 4, 2, 3, 1], 2)),
])

# Plans that a trial found the fastest, as groups from left to right and the order of taking them.
# The notes on the trial leave open whether groups are listed from left to right or in the order
# of their contraction; both readings are here.
TRIED = [
    ('vgg100', [3, 1, 2], ['right', 'right']),
    ('vgg100', [2, 1, 3], ['right', 'right']),
    ('vgg100', [3, 3], ['right']),
    ('vgg1', [3, 3], ['right']),
    ('fc41', [2, 2], ['left']),
    ('wideA', [3, 1, 2], ['left', 'left']),
    ('wideA', [2, 1, 3], ['left', 'left']),
    ('wideB', [3, 1, 2], ['right', 'right']),
    ('wideB', [2, 1, 3], ['right', 'right']),
    ('wideB', [2, 1, 1, 2], ['right', 'right', 'right']),
    ('mnist100', [2, 2], ['left']),
    ('mnist100', [2, 2], ['right']),
]
