"""The learning curves of several runs in one picture, which can be read in grey."""
from matplotlib.ticker import MaxNLocator

from experiments.common.figures import new_figure, save_figure

# 10 colours and markers and 3 styles: the first 30 runs differ in marker or style.
_COLOURS = ('tab:blue', 'tab:orange', 'tab:green', 'tab:red', 'tab:purple', 'tab:brown',
            'tab:pink', 'tab:olive', 'tab:cyan', 'tab:gray')
_MARKERS = ('o', 's', '^', 'D', 'v', 'P', 'X', '*', '<', '>')
_STYLES = ('-', '--', ':')
_MARKERS_ON_A_LINE = 10


def draw_figure(path, comparison):
    """Writes `learning_curves` as a PNG file.

    Args:
        path: the file.
        comparison: what `run_comparison.compare` returned.
    """
    save_figure(learning_curves(comparison), path)


def learning_curves(comparison):
    """Draws test accuracy against the epoch, and training accuracy beside it.

    Args:
        comparison: what `run_comparison.compare` returned.

    Returns:
        A `matplotlib.figure.Figure` with an axes for each.
    """
    runs, settings = comparison['runs'], comparison['settings']
    figure = new_figure(10, 5 + 0.2 * len(runs))
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    for axes, name, title in zip(panels, ('test_error', 'train_error'), ('test', 'training')):
        for position, row in enumerate(runs):
            epochs = [entry['epoch'] for entry in row['history']]
            accuracies = [100 - entry[name] for entry in row['history']]
            axes.plot(epochs, accuracies, label=f'{row["run"]}, {row["parameters"]:,} parameters',
                      **_look(position, len(epochs)))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel('epoch')
        axes.set_title(title)
        axes.grid(True, alpha=0.3)
    panels[0].set_ylabel('accuracy, %')
    panels[0].legend(loc='upper left', bbox_to_anchor=(0, -0.12), frameon=False)
    figure.suptitle(f'{settings["dataset"]}, {settings["epochs"]} epochs, schedule '
                    f'{settings["schedule"]}')
    return figure


def _look(position, points):
    """The arguments of `plot` for a line with so many points."""
    return {'color': _COLOURS[position % len(_COLOURS)],
            'marker': _MARKERS[position % len(_MARKERS)], 'markersize': 5,
            'markevery': max(1, points // _MARKERS_ON_A_LINE),
            'linestyle': _STYLES[position % len(_STYLES)], 'linewidth': 1.5}
