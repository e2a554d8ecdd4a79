"""Draws the picture of the README: time and size of four TT-layers beside dense ones.

    python benchmarks/overview.py

reads benchmarks/results/results.json and writes benchmarks/results/overview.png.
"""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))

from benchmarks.command_line import RESULTS, make_parser, run
from benchmarks.workloads import TT_WORKLOADS
from tensornet.whole_file import whole_file

LAYERS = {'vgg1': '1 image', 'vgg100': '100 images', 'mnist100': '100 images',
          'fc41': '100 samples'}
# Told apart without colours.
BARS = {'dense': ('dense matrix', '0.85', ''), 'chain': ('TT, core by core', '0.6', '///'),
        'auto': ('TT, this library', '0.15', '')}


def main(arguments):
    """Reads the results and draws them."""
    del arguments
    with open(os.path.join(RESULTS, 'results.json'), encoding='utf-8') as file:
        workloads = json.load(file)['workloads']
    draw(os.path.join(RESULTS, 'overview.png'), workloads)


def draw(target, workloads):
    """Draws times of training and numbers of weights into a PNG, atomically.

    Args:
        target: path of the picture.
        workloads: those of results.json.
    """
    import matplotlib
    matplotlib.use('Agg')
    import matplotlib.pyplot as plt

    layers = [workload for workload in TT_WORKLOADS if workload.name in LAYERS]
    figure, (times, sizes) = plt.subplots(1, 2, figsize=(10, 3.9), sharey=True)
    for place, (name, style) in enumerate(BARS.items()):
        _bars(times, place, style,
              [workloads[layer.name]['training'][name]['median_ms'] for layer in layers])
    dense = [layer.inp_size * layer.out_size for layer in layers]
    _bars(sizes, 0, BARS['dense'], dense)
    _bars(sizes, 2, BARS['auto'], [layer.parameters for layer in layers])
    times.set_title('a training step, ms', fontsize=11)
    sizes.set_title('weights', fontsize=11)
    times.set_yticks(range(len(layers)))
    times.set_yticklabels([f'{layer.inp_size} \u2192 {layer.out_size}, rank {layer.rank}\n'
                           f'{LAYERS[layer.name]}' for layer in layers])
    times.invert_yaxis()
    for axis, room in ((times, 5), (sizes, 30)):
        axis.set_xscale('log')
        axis.set_xlim(right=axis.get_xlim()[1] * room)
        axis.tick_params(axis='y', length=0)
        for side in ('top', 'right'):
            axis.spines[side].set_visible(False)
    figure.legend(*times.get_legend_handles_labels(), loc='lower center', ncol=3, frameon=False)
    figure.tight_layout(rect=(0, 0.07, 1, 1))
    with whole_file(target) as path:
        figure.savefig(path, format='png', dpi=110)
    plt.close(figure)


def _bars(axis, place, style, values):
    """Draws the bars of one kind, each with its value."""
    label, colour, hatch = style
    rows = [row + (place - 1) * 0.26 for row in range(len(values))]
    axis.barh(rows, values, height=0.24, color=colour, hatch=hatch, edgecolor='black',
              linewidth=0.6, label=label)
    for row, value in zip(rows, values):
        axis.text(value * 1.15, row, f'{value:.3g}' if value < 1000 else f'{round(value):,}',
                  va='center', fontsize=8)


if __name__ == '__main__':
    run(main, make_parser(__doc__))
