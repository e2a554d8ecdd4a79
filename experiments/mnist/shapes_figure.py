"""Figure 1 drawn again: weights of the first layer against test error, a panel for each shape."""
import math

from experiments.common.figures import (
    new_figure,
    save_figure,
    use_logarithmic_errors,
    without_zeros,
)
from experiments.mnist.shapes_paper import MATRIX_RANK, UNCOMPRESSED

_COLUMNS = 3

# Lines, markers and shades differ, so that a print in grey tells them apart too.
_OURS = {'color': 'black', 'marker': 'o', 'capsize': 3}
_PAPER = {'color': 'tab:gray', 'linestyle': '--', 'marker': 's', 'markerfacecolor': 'none'}
_OUR_DENSE = {'color': 'tab:blue', 'linewidth': 1}
_PAPER_DENSE = {'color': 'tab:blue', 'linewidth': 1, 'linestyle': ':'}


def draw_figure(path, results):
    """Draws a panel for each shape, with our errors and the paper's; all axes are logarithmic.

    The panels of the TT-layers have the same axes. Horizontal lines are the dense network's, bars
    the standard deviation over the seeds, where there are several.

    Args:
        path: the PNG file to write.
        results: what `shapes_sweep.train_networks` returned, now or in an earlier version.
    """
    shapes = list(dict.fromkeys(entry['shape'] for entry in results['networks']
                                if entry['shape'] != UNCOMPRESSED)) or [UNCOMPRESSED]
    columns = min(_COLUMNS, len(shapes))
    rows = math.ceil(len(shapes) / columns)
    figure = new_figure(1 + 3 * columns, 0.5 + 2.8 * rows)
    trains = None
    for number, shape in enumerate(shapes):
        same = None if shape == MATRIX_RANK else trains
        axes = figure.add_subplot(rows, columns, number + 1, sharex=same, sharey=same)
        trains = same or axes
        _draw_panel(axes, results, shape)
        if number + columns >= len(shapes):
            axes.set_xlabel('weights of the first layer')
        if number % columns == 0:
            axes.set_ylabel('test error, %')
    figure.axes[-1].legend(fontsize=8)
    figure.suptitle(f'{results["dataset"]}, epochs: {results["recipe"]["epochs"]}')
    save_figure(figure, path)


def _draw_panel(axes, results, shape):
    entries = [entry for entry in results['networks'] if entry['shape'] == shape]
    axes.set_title(shape, fontsize=10)
    if shape != UNCOMPRESSED:
        parameters = [entry['parameters'] for entry in entries]
        axes.plot(parameters, _errors(entries, 'paper_test_error'), label='the paper\'s', **_PAPER)
        axes.errorbar(parameters, _errors(entries, 'test_error'),
                      [entry.get('deviation') or 0 for entry in entries], label='ours', **_OURS)
    for entry in results['networks']:
        if entry['shape'] == UNCOMPRESSED:
            axes.axhline(entry['paper_test_error'], label='uncompressed, the paper\'s',
                         **_PAPER_DENSE)
            for error in _errors([entry], 'test_error'):
                axes.axhline(error, label='uncompressed, ours', **_OUR_DENSE)
    axes.set_xscale('log')
    use_logarithmic_errors(axes, subs=(1, 1.5, 2, 3, 5))
    axes.grid(True, which='both', alpha=0.3)


def _errors(entries, name):
    return without_zeros(entry[name] for entry in entries)
