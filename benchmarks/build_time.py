"""How long it takes to build a TT-layer, the choice of its plan included.

    python benchmarks/build_time.py [--cores 10]

Layers of 2 to 20 cores of modes 2 -> 2 and 4 -> 4 with TT-ranks of 8 at most, each in a graph of
its own; whatever the planner remembers of an earlier layer is forgotten first. The sizes take
turns. Also the time of the plan alone. Writes build_time.json to --out.
"""

import os
import random
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import numpy as np
import tensorflow.compat.v1 as tf

from benchmarks.command_line import (
    add_out,
    add_repetitions,
    make_parser,
    positive_integer,
    run,
)
from benchmarks.floors import BUILD_CORES, BUILD_MS
from benchmarks.interleaved import summary
from benchmarks.machine import busy_cores, machine_record
from tensornet import layers
from tensornet.contraction import plan
from tensornet.tt import max_ranks
from tensornet.whole_file import write_json

CORES = range(2, 21)
MODES = (2, 4)
RANK, BATCH_SIZE = 8, 32


def main(arguments):
    """Builds all layers in turn, as often as asked."""
    tf.disable_v2_behavior()
    busy = busy_cores()
    sizes = [(mode, cores) for mode in MODES for cores in arguments.cores or CORES]
    building = {size: [] for size in sizes}
    planning = {size: [] for size in sizes}
    _build(*sizes[0])  # What TensorFlow loads at first use is no matter of the layer.
    draw, order = random.Random(0), list(sizes)
    for _ in range(arguments.repetitions):
        draw.shuffle(order)
        for size in order:
            planning[size].append(_seconds_of(_plan, *size))
            building[size].append(_seconds_of(_build, *size))
    print(f'{"modes":>5} {"cores":>6} {"plan, ms":>10} {"layer, ms":>12}')
    rows = []
    for mode, cores in sizes:
        row = {'mode': mode, 'cores': cores, 'plan': summary(planning[mode, cores]),
               'layer': summary(building[mode, cores])}
        rows.append(row)
        is_high = cores <= BUILD_CORES and row['layer']['median_ms'] > BUILD_MS
        asked = f'  HIGH, at most {BUILD_MS:.0f}' if is_high else ''
        print(f'{mode:5} {cores:6} {row["plan"]["median_ms"]:10.2f} '
              f'{row["layer"]["median_ms"]:12.2f}{asked}', flush=True)
    write_json(os.path.join(arguments.out, 'build_time.json'),
               {'machine': machine_record(tensorflow=tf.__version__,
                                          repetitions=arguments.repetitions),
                'busy_cores': busy, 'rows': rows})


def _seconds_of(function, mode, cores):
    _forget()
    start = time.perf_counter()
    function(mode, cores)
    return time.perf_counter() - start


def _plan(mode, cores):
    plan([mode] * cores, [mode] * cores, _ranks(mode, cores), BATCH_SIZE)


def _build(mode, cores):
    with tf.Graph().as_default():
        inp = tf.placeholder(tf.float32, [BATCH_SIZE, mode**cores])
        layers.tt(inp, [mode] * cores, [mode] * cores, _ranks(mode, cores),
                  biases_initializer=None)


def _ranks(mode, cores):
    """TT-ranks of `RANK`, or the largest useful ones: others are worth a warning, which takes time.
    """
    return np.minimum(RANK, max_ranks([mode**2] * cores)).tolist()


def _forget():
    """Empties the caches of functions of the library."""
    for name, module in list(sys.modules.items()):
        if name.split('.')[0] == 'tensornet':
            for value in vars(module).values():
                if callable(getattr(value, 'cache_clear', None)):
                    value.cache_clear()


if __name__ == '__main__':
    parser = make_parser(__doc__)
    parser.add_argument('--cores', type=positive_integer, action='append',
                        help='number of cores (default: 2 to 20)')
    add_repetitions(parser, 7)
    add_out(parser)
    run(main, parser)
