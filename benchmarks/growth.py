"""How time and memory of a training step grow with the sizes of a TT-layer.

    python benchmarks/growth.py [--series width]

One layer with as many outputs as inputs. Width: 2^10 to 2^20 inputs, modes of 4, TT-ranks of 8,
batch 32. TT-rank, number of cores and batch size: 4096 inputs and otherwise the same. The chosen
plan against the chain, and against a dense layer where it fits. Each point runs in a process of
its own, for its peak memory. The exponents are fitted to the upper half of the points, where fixed
costs matter least. Writes growth.json and growth.png to --out.
"""

import functools
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import numpy as np
import tensorflow as tf

from benchmarks.command_line import FOLDER, add_out, make_parser, run
from benchmarks.machine import busy_cores, machine_record
from tensornet.whole_file import whole_file, write_json

BATCH_SIZE = 32
RANK = 8
MODES = [4] * 6
LARGEST_DENSE = 2**14
VARIANTS = ('auto', 'chain', 'dense')

# Below this the resident memory says nothing: the allocator had as much at hand.
LEAST_MB = 1.0

SERIES = {
    'width': [(4**d, {'modes': [4] * d}) for d in range(5, 11)],
    'TT-rank': [(rank, {'rank': rank}) for rank in (1, 2, 4, 8, 16, 32, 64)],
    'number of cores': [(len(modes), {'modes': modes}) for modes in (
        [64] * 2, [16] * 3, [8] * 4, [4] * 6, [2] * 12)],
    'batch size': [(size, {'batch_size': size}) for size in (1, 4, 16, 64, 256, 1024, 4096)],
}


def main(arguments):
    """Measures the chosen series and fits the exponents."""
    results = {'machine': machine_record(tensorflow=tf.__version__),
               'busy_cores': busy_cores(), 'series': {}}
    for series in arguments.series or SERIES:
        lines = {variant: [] for variant in VARIANTS}
        for size, changed in SERIES[series]:
            layer = dict({'modes': MODES, 'rank': RANK, 'batch_size': BATCH_SIZE}, **changed)
            for variant in VARIANTS:
                if variant == 'dense' and np.prod(layer['modes']) > LARGEST_DENSE:
                    continue
                measured = layer if variant != 'dense' else dict(
                    layer, modes=[int(np.prod(layer['modes']))], rank=1)
                point = dict(_measure(json.dumps(dict(measured, variant=variant))), size=size)
                lines[variant].append(point)
                print(f'{series:<15} {size:8}  {variant:<5} {point["ms"]:10.2f} ms '
                      f'{point["mb"]:8.0f} MiB', flush=True)
        results['series'][series] = {
            variant: {'points': points, 'time_exponent': _exponent(points, 'ms', 0),
                      'memory_exponent': _exponent(points, 'mb', LEAST_MB)}
            for variant, points in lines.items()}
        print('\n'.join(_growth_line(series, variant, line)
                        for variant, line in results['series'][series].items()), flush=True)
        write_json(os.path.join(arguments.out, 'growth.json'), results)
        _draw(os.path.join(arguments.out, 'growth.png'), results['series'])


@functools.lru_cache(maxsize=None)
def _measure(request):
    """Returns milliseconds and peak MB of a training step, measured in a new process."""
    worker = os.path.join(FOLDER, 'growth_point.py')
    # A session of its own: Ctrl-C reaches this process alone, which then ends the other.
    answer = subprocess.run([sys.executable, worker, request],
                            stdout=subprocess.PIPE, check=True, text=True,
                            start_new_session=True)
    return json.loads(answer.stdout.splitlines()[-1])


def _exponent(points, key, least):
    """Fits `value ~ size^exponent` to the upper half of the points with more than `least`."""
    points = [point for point in points if point[key] > least]
    points = points[len(points) // 2:]
    if len(points) < 2:
        return None
    sizes, values = ([point[name] for point in points] for name in ('size', key))
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])


def _growth_line(series, variant, line):
    time, memory = (_power(series, line[key]) for key in ('time_exponent', 'memory_exponent'))
    return f'{series}: time of {variant} ~ {time}, memory ~ {memory}'


def _power(series, exponent):
    return 'not fitted' if exponent is None else f'({series})^{exponent:.2f}'


def _draw(target, all_series):
    import matplotlib
    matplotlib.use('Agg')
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(2, len(all_series), figsize=(4.2 * len(all_series), 7),
                                squeeze=False)
    kinds = (('ms', 'time_exponent', 'training step, ms', 0),
             ('mb', 'memory_exponent', 'peak memory, MiB', LEAST_MB))
    for column, (series, lines) in zip(axes.T, all_series.items()):
        for axis, (key, exponent, label, least) in zip(column, kinds):
            for variant, line in lines.items():
                points = [point for point in line['points'] if point[key] > least]
                fitted = line[exponent]
                if fitted is not None and abs(fitted) < 0.005:
                    fitted = abs(fitted)
                shown = variant if fitted is None else f'{variant}, exponent {fitted:.2f}'
                axis.loglog([point['size'] for point in points],
                            [point[key] for point in points], 'o-', label=shown)
            # Powers of ten alone would leave a short axis without labels.
            for ticks in (axis.xaxis, axis.yaxis):
                low, high = ticks.get_view_interval()
                ticks.set_major_locator(plt.LogLocator(subs=(1, 2, 5) if high < 50 * low else (1,)))
                ticks.set_major_formatter(plt.FuncFormatter(lambda value, _: f'{value:.7g}'))
                ticks.set_minor_formatter(plt.NullFormatter())
            axis.set_xlabel(series)
            axis.set_ylabel(label)
            if axis.get_legend_handles_labels()[0]:
                axis.legend(fontsize='small')
    figure.tight_layout()
    with whole_file(target) as path:
        figure.savefig(path, format='png', dpi=100)
    plt.close(figure)


if __name__ == '__main__':
    parser = make_parser(__doc__)
    parser.add_argument('--series', action='append', choices=sorted(SERIES))
    add_out(parser)
    run(main, parser)
