"""Random valid calls of the layers in graphs that TensorFlow itself puts into half precision.

    python -m tests.fuzz.rewritten_layers [--count 2000] [--seed 0] [--layer tt] [--rewrite NAME]

Layers of float32 with all plans, batches of 0, 1 and more, sizes that the graph does not know,
inside of loops and branches, with and without operations in half precision around them. Output and
all gradients are compared with the dense weights in float64. Each number may be as far off as the
roundings of bfloat16 allow in the worst case, and the norm of the errors as far as independent
roundings do, see `rounding`. Where the graph has products before or after the layer, nothing in
half precision counts as an error, too.

Each disagreement is printed with its call, as JSON; the last line has the counts. Exits with 1 if
there is any.
"""

import argparse
import os
import sys

import numpy as np

from tests.fuzz import isolated
from tests.fuzz.layer_cases import LAYERS
from tests.fuzz.rewrite_cases import draw

REWRITES = ('auto_mixed_precision_onednn_bfloat16', 'auto_mixed_precision',
            'auto_mixed_precision_cpu')


def main():
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--count', type=int, default=2000)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--layer', choices=LAYERS)
    parser.add_argument('--rewrite', choices=REWRITES, default=REWRITES[0])
    parser.add_argument('--seconds', type=float, default=float('inf'),
                        help='begin nothing new after so many')
    parser.add_argument('--worker', action='store_true', help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
        from tests.fuzz.layer_runs import faults

        isolated.work(faults)
        return 0
    random = np.random.RandomState(arguments.seed)
    cases = [draw(random, arguments.layer, arguments.rewrite) for _ in range(arguments.count)]
    counts = isolated.run(cases, ['-m', 'tests.fuzz.rewritten_layers', '--worker'],
                          arguments.seconds)
    print(isolated.summary(counts, arguments.seed))
    return 1 if counts['wrong'] or counts['ended'] else 0


if __name__ == '__main__':
    sys.exit(main())
