"""The learning curves of several runs in one picture."""
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from experiments.common.figures import new_figure, save_figure

_COLOURS = ('tab:blue', 'tab:orange', 'tab:green', 'tab:red', 'tab:purple', 'tab:brown',
            'tab:pink', 'tab:olive', 'tab:cyan', 'tab:gray')
_TEST = {'linewidth': 2, 'marker': 'o', 'markersize': 5}
_TRAIN = {'linewidth': 0.8, 'linestyle': '--'}


def draw_figure(path, comparison):
    """Draws accuracy against the epoch, a colour for each run; training accuracy thin and dashed.

    Args:
        path: the PNG file to write.
        comparison: what `run_comparison.compare` returned.
    """
    figure = new_figure(8, 5)
    axes = figure.add_subplot()
    handles = []
    for position, row in enumerate(comparison['runs']):
        colour = _COLOURS[position % len(_COLOURS)]
        epochs = [entry['epoch'] for entry in row['history']]
        axes.plot(epochs, _accuracies(row, 'train_error'), color=colour, **_TRAIN)
        line, = axes.plot(epochs, _accuracies(row, 'test_error'), color=colour,
                          label=f'{row["run"]}, {row["parameters"]:,} parameters', **_TEST)
        handles.append(line)
    handles += [Line2D([], [], color='black', label='test', **_TEST),
                Line2D([], [], color='black', label='training', **_TRAIN)]
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel('epoch')
    axes.set_ylabel('accuracy, %')
    settings = comparison['settings']
    axes.set_title(f'{settings["dataset"]}, {settings["epochs"]} epochs, schedule '
                   f'{settings["schedule"]}')
    axes.grid(True, alpha=0.3)
    axes.legend(handles=handles, loc='lower right')
    save_figure(figure, path)


def _accuracies(row, name):
    return [100 - entry[name] for entry in row['history']]
