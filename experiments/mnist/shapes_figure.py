"""Figure 1 drawn again: parameters of the first layer against test error."""
from matplotlib.lines import Line2D

from experiments.common.figures import (
    new_figure,
    save_figure,
    use_logarithmic_errors,
    without_zeros,
)
from experiments.mnist.shapes_paper import UNCOMPRESSED

_COLOURS = ('tab:blue', 'tab:orange', 'tab:green', 'tab:red', 'tab:purple', 'tab:brown')
_OURS = {'linestyle': '-', 'marker': 'o'}
_PAPER = {'linestyle': '--', 'marker': 'o', 'markerfacecolor': 'none', 'alpha': 0.6}


def draw_figure(path, results):
    """Draws one line for each shape, ours solid and the paper's dashed; both axes logarithmic.

    Args:
        path: the PNG file to write.
        results: what `shapes_sweep.train_networks` returned.
    """
    figure = new_figure(8, 5)
    axes = figure.add_subplot()
    shapes = []
    for entry in results['networks']:
        if entry['shape'] not in shapes and entry['shape'] != UNCOMPRESSED:
            shapes.append(entry['shape'])
    handles = [_draw_line(axes, results, shape, colour)
               for shape, colour in zip(shapes, _COLOURS)]
    handles += _draw_uncompressed(axes, results)
    handles += [Line2D([], [], color='tab:gray', label='ours', **_OURS),
                Line2D([], [], color='tab:gray', label="the paper's", **_PAPER)]
    axes.set_xscale('log')
    use_logarithmic_errors(axes, subs=(1, 2, 3, 5))
    axes.set_xlabel('weights of the first layer')
    axes.set_ylabel('test error, %')
    axes.set_title(f'{results["dataset"]}, epochs: {results["recipe"]["epochs"]}')
    axes.grid(True, which='both', alpha=0.3)
    # Outside, where it covers no point.
    axes.legend(handles=handles, loc='upper left', bbox_to_anchor=(1.01, 1))
    save_figure(figure, path)


def _draw_line(axes, results, shape, colour):
    """Draws a shape's two lines; returns the one for the legend."""
    entries = [entry for entry in results['networks'] if entry['shape'] == shape]
    parameters = [entry['parameters'] for entry in entries]
    axes.plot(parameters, _errors(entries, 'paper_test_error'), color=colour, **_PAPER)
    line, = axes.plot(parameters, _errors(entries, 'test_error'), color=colour, label=shape,
                      **_OURS)
    return line


def _draw_uncompressed(axes, results):
    """Draws the dense network as horizontal lines; returns those for the legend."""
    entries = [entry for entry in results['networks'] if entry['shape'] == UNCOMPRESSED]
    for entry in entries:
        axes.axhline(entry['paper_test_error'], color='black', linestyle='--', alpha=0.6)
    return [axes.axhline(error, color='black', label=UNCOMPRESSED)
            for error in _errors(entries, 'test_error')]


def _errors(entries, name):
    return without_zeros(entry[name] for entry in entries)
