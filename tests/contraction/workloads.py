"""The workloads of the benchmarks, in full for the planner and scaled down for TensorFlow."""

import collections

from benchmarks.workloads import TT_WORKLOADS

Workload = collections.namedtuple('Workload', ['inp_modes', 'out_modes', 'ranks', 'batch_size'])

FULL_SIZE = collections.OrderedDict(
    (workload.name, Workload(workload.inp_modes, workload.out_modes, workload.ranks,
                             workload.batch_size)) for workload in TT_WORKLOADS)

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
