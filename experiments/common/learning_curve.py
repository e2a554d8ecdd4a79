"""The picture of a run."""
import matplotlib
import matplotlib.figure
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.ticker import FormatStrFormatter, LogLocator, MaxNLocator, NullFormatter

from experiments.common.atomic_file import replacing


def draw_learning_curve(path, history, title, measure='error'):
    """Draws training and test error or accuracy against the epoch; errors on a logarithmic axis.

    Args:
        path: the PNG file to write.
        history: list of dicts with `epoch`, `train_<measure>` and `test_<measure>` (percent).
        title: the picture's title.
        measure: 'error' or 'accuracy'.
    """
    # No pyplot: it would choose a backend, and may look for a display.
    figure = matplotlib.figure.Figure(figsize=(7, 4.5), dpi=110)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    epochs = [entry['epoch'] for entry in history]
    for name, colour in ((f'train_{measure}', 'tab:gray'), (f'test_{measure}', 'tab:blue')):
        values = [entry[name] for entry in history]
        if measure == 'error':
            # A logarithmic axis has no place for zero: such points are left out.
            values = [value or float('nan') for value in values]
        axes.plot(epochs, values, color=colour, marker='.', label=name.replace('_', ' '))
    if measure == 'error':
        axes.set_yscale('log')
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter(FormatStrFormatter('%g'))
        axes.yaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel('epoch')
    axes.set_ylabel(f'{measure}, %')
    axes.set_title(title)
    axes.grid(True, which='both', alpha=0.3)
    axes.legend()
    figure.tight_layout()
    with replacing(path) as temporary:
        figure.savefig(temporary)
