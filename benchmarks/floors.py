"""The speed-ups that the engine must reach, and whether a run reached them."""

from collections import namedtuple

PHASES = ('forward', 'training')

# Time of the other over that of plan='auto': forward, training.
OVER_CHAIN = {'vgg1': (1.8, 3.0), 'vgg100': (6.0, 7.0), 'mnist100': (2.3, 2.6),
              'fc41': (4.5, 5.5), 'wideA': (2.5, 2.1), 'wideB': (2.7, 2.7)}
OVER_DENSE = {'mnist100': (1.3, 1.6)}
OVER_TT_PEERS = 2.0
OVER_BETTER_CONVOLUTION = 0.95
OVER_NETWORK_CHAIN = 2.0

# Forward time over the bound of `roofline.machine_bound`, at most.
OVER_BOUND = 1.6
BOUNDED = ('vgg100', 'fc41', 'wideA', 'wideB')

# Time over that of the fastest plan of all, at most: the median of all layers, and the worst.
REGRET = {'auto': (1.12, 1.5), 'measure': (1.05, 1.15)}

# Time in float32 over that in bfloat16, on a processor with AMX: forward and training of a layer,
# or a training step of a network whose graph TensorFlow rewrites.
OVER_FLOAT32 = dict.fromkeys(
    ('vgg100', 'fc41', 'wideA', 'wideB', 'conv3x3_64_64', 'conv3x3_128_128'), 1.8)
OVER_FLOAT32.update({'wide': 1.6, 'conv-fc': 2.0, 'TT-conv-TT-fc': 2.0})
OVER_FLOAT32_ELSE = 0.95

# The most milliseconds that building a layer takes, and the most cores this holds for.
BUILD_MS, BUILD_CORES = 50.0, 10

# Peak memory over the chain's, at most.
MEMORY = {'auto': 0.6, 'recompute': 0.35}


class Floor(namedtuple('Floor', ['workload', 'phase', 'over', 'ratio', 'floor'])):
    """A speed-up that is asked for.

    Attributes:
        workload, phase: what is timed.
        over: what it is compared with.
        ratio: the speed-up that was measured, time of the other over ours.
        floor: the least speed-up.
    """

    @property
    def reached(self):
        """Whether the measured speed-up is large enough."""
        return self.ratio >= self.floor


def floors_of(workload, phase, entry):
    """Compares the times of a workload with what is asked for.

    Args:
        workload: name.
        phase: 'forward' or 'training'.
        entry: dictionary from names of alternatives to summaries with `median_ms`; others are
            `profile_ms` and, where there is one, `roofline`, see `machine_bound`.

    Returns:
        List of `Floor`, one for each comparison that is asked for and was timed.
    """
    column = PHASES.index(phase)
    ours = entry['auto']['median_ms']
    medians = {name: value['median_ms'] for name, value in entry.items() if 'median_ms' in value}
    wanted = []
    if workload in OVER_CHAIN:
        wanted.append(('chain', medians['chain'], OVER_CHAIN[workload][column]))
        wanted += [(peer, medians[peer], OVER_TT_PEERS) for peer in ('t3f', 'tensorly')
                   if peer in medians]
    else:
        wanted.append(('better of chain and full', min(medians['chain'], medians['full']),
                       OVER_BETTER_CONVOLUTION))
    if workload in OVER_DENSE:
        wanted.append(('dense', medians['dense'], OVER_DENSE[workload][column]))
    if workload in BOUNDED and 'roofline' in entry:
        wanted.append(('bound', entry['roofline']['bound_ms'], 1 / OVER_BOUND))
    return [Floor(workload, phase, over, theirs / ours, floor) for over, theirs, floor in wanted]
