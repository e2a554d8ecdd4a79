"""The results of the networks of figure 1 as a table and a picture."""
import math

from experiments.common.figures import new_figure, use_logarithmic_errors, without_zeros
from experiments.mnist.network_flags import EARLIER
from experiments.mnist.shapes_paper import MATRIX_RANK, UNCOMPRESSED

STEM = 'shapes'

# The data set of the paper; errors on others are not to be compared with the paper's.
_OF_THE_PAPER = 'mnist'

# Panels in a row of the figure.
_COLUMNS = 3

# Lines, markers and shades differ, so that a print in grey tells them apart too.
_OURS = {'color': 'black', 'marker': 'o', 'capsize': 3}
_PAPER = {'color': 'tab:gray', 'linestyle': '--', 'marker': 's', 'markerfacecolor': 'none'}
_OUR_DENSE = {'color': 'tab:blue', 'linewidth': 1}
_PAPER_DENSE = {'color': 'tab:blue', 'linewidth': 1, 'linestyle': ':'}


def table(results):
    """The results as a Markdown table.

    Args:
        results: what `shapes_sweep.train_networks` returned, now or in an earlier version, which
            had one seed.
    """
    lines = ['| shape | rank | parameters | test error, % | deviation | paper, % | difference | '
             'seconds |', '|---|---:|---:|---:|---:|---:|---:|---:|']
    lines += [f'| {" | ".join(_cells(entry))} |' for entry in results['networks']]
    lines += ['', _legend(results)]
    if results['dataset'] != _OF_THE_PAPER:
        lines += ['', f'These errors are not to be compared with the paper\'s: they come from '
                  f'{results["dataset"]}, not from the whole of MNIST.']
    return '\n'.join(lines) + '\n'


def draw(results):
    """Draws a panel for each shape, with our errors and the paper's; all axes are logarithmic.

    The panels of the TT-layers have the same axes. Horizontal lines are the dense network's, bars
    the standard deviation over the seeds, where there are several.

    Args:
        results: what `shapes_sweep.train_networks` returned, now or in an earlier version.

    Returns:
        A `matplotlib.figure.Figure`.
    """
    shapes = list(dict.fromkeys(entry['shape'] for entry in results['networks']
                                if entry['shape'] != UNCOMPRESSED)) or [UNCOMPRESSED]
    columns = min(_COLUMNS, len(shapes))
    rows = math.ceil(len(shapes) / columns)
    figure = new_figure(1 + 3 * columns, 0.5 + 2.8 * rows)
    tt_axes = None
    for number, shape in enumerate(shapes):
        same = None if shape == MATRIX_RANK else tt_axes
        axes = figure.add_subplot(rows, columns, number + 1, sharex=same, sharey=same)
        tt_axes = same or axes
        _draw_panel(axes, results, shape)
        if number + columns >= len(shapes):
            axes.set_xlabel('weights of the first layer')
        if number % columns == 0:
            axes.set_ylabel('test error, %')
    figure.axes[-1].legend(fontsize=8)
    figure.suptitle(f'{results["dataset"]}, epochs: {results["recipe"]["epochs"]}')
    return figure


def _cells(entry):
    deviation, difference = entry.get('deviation'), entry['test_error'] - entry['paper_test_error']
    return [
        entry['shape'], '' if entry['rank'] is None else str(entry['rank']),
        str(entry['parameters']), f'{entry["test_error"]:.2f}',
        '' if deviation is None else f'{deviation:.2f}', f'{entry["paper_test_error"]:.4g}',
        f'{difference:+.2f}', f'{entry["seconds"]:.0f}']


def _legend(results):
    recipe = dict(results['recipe'])
    seeds = recipe.pop('seeds', 1)
    for name, value in EARLIER.items():
        recipe.setdefault(name, value)
    settings = ', '.join(f'{name.replace("_", " ")}: {value}' for name, value in recipe.items())
    seconds = sum(entry['seconds'] for entry in results['networks'])
    errors = (f'means and standard deviations of {seeds} seeds, which count up from the seed named '
              'here' if seeds > 1 else 'of one seed')
    return (f'Test errors on {results["dataset"]}, {errors}; {settings}. Training took '
            f'{seconds:.0f} s in all. Parameters are the weights of the first layer, without '
            'biases. The paper\'s errors are read off its figure 1.')


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
