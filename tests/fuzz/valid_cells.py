"""Random valid recurrent cells over sequences against NumPy in float64.

    python -m tests.fuzz.valid_cells [--count 500] [--seed 0] [--dtype float16]

Both cells, dense and TT-matrices, modes that multiply to more than there is, plans, types, layer
normalization, biases or none; by `dynamic_rnn`, `static_rnn` and `unroll`, with control flow of
both kinds, with lengths and first states, batches of 0, 1 and more. Outputs, states and the
gradients of all variables, inputs and first states are compared. Each disagreement is printed with
its case, as JSON; the last line has the counts. Exits with 1 if there is any.
"""

import argparse
import os
import sys

import numpy as np

from tests.fuzz import isolated

DTYPES = 'float64', 'float32', 'float16', 'bfloat16'
PLANS = None, 'auto', 'chain', 'full', 'inference'


def main():
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--count', type=int, default=500)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--dtype', choices=DTYPES)
    parser.add_argument('--seconds', type=float, default=float('inf'),
                        help='begin nothing new after so many')
    parser.add_argument('--worker', action='store_true', help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
        from tests.rnn.runs import faults

        isolated.work(faults)
        return 0
    random = np.random.RandomState(arguments.seed)
    cases = [draw(random, arguments.dtype) for _ in range(arguments.count)]
    counts = isolated.run(cases, ['-m', 'tests.fuzz.valid_cells', '--worker'], arguments.seconds)
    print(isolated.summary(counts, arguments.seed))
    return 1 if counts['wrong'] or counts['ended'] else 0


def draw(random, dtype=None):
    """Draws a case for `tests.rnn.runs.faults`, made of JSON values."""
    def choice(*values):
        return values[random.randint(len(values))]

    cores = choice(1, 2, 3)
    hidden_modes = [int(size) for size in random.randint(1, 4, cores)]
    inp_modes = [int(size) for size in random.randint(1, 5, cores)]
    hidden, inputs = int(np.prod(hidden_modes)), int(np.prod(inp_modes))
    # The variance of a single unit is none.
    layer_norm = hidden > 2 and choice(True, False, False)
    way = choice('dynamic', 'outside', 'static')
    batch, time = choice(0, 1, 2, 5), choice(1, 2, 5)
    return dict(
        seed=int(random.randint(2 ** 31)), kind=choice('lstm', 'gru'), hidden_modes=hidden_modes,
        inp_modes=inp_modes, inp_ranks=choice(None, 1, 2, 3), state_ranks=choice(None, 1, 2, 3),
        hidden_size=choice(None, max(hidden - 1, 3 if layer_norm else 1)),
        inp_size=choice(None, max(inputs - 1, 1)), reset_after=choice(True, False),
        layer_norm=layer_norm, biases=choice(True, True, False), plan=choice(*PLANS),
        state_plan=choice(*PLANS), recompute=choice(True, False),
        trainable=choice(True, True, False), dtype=dtype or choice('float64', *DTYPES), way=way,
        control_flow=choice('v1', 'v2'), batch=batch, time=time,
        lengths=choice(None, [int(length) for length in random.randint(0, time + 1, batch)]),
        initial=choice(True, False), time_major=choice(True, False),
        known=[choice(True, False), way == 'static' or choice(True, False)],
        use_resource=choice(True, False), forget_bias=choice(0.0, 1.0, -0.5))


if __name__ == '__main__':
    sys.exit(main())
