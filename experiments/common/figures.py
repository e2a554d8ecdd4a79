"""Pictures that need no display, among them the learning curve of a run."""
import matplotlib.figure
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.ticker import FormatStrFormatter, LogLocator, MaxNLocator, NullFormatter

from tensornet.whole_file import whole_file

# The labels of what a run measures, and which of it is drawn on a logarithmic axis.
_LABELS = {'error': 'error, %', 'accuracy': 'accuracy, %', 'perplexity': 'perplexity'}
_LOGARITHMIC = {'error', 'perplexity'}


def new_figure(width, height):
    """Returns a `matplotlib.figure.Figure` of this size in inches."""
    # No pyplot: it would choose a backend, and may look for a display.
    figure = matplotlib.figure.Figure(figsize=(width, height), dpi=110)
    FigureCanvasAgg(figure)
    return figure


def use_logarithmic_errors(axes, subs=(1, 2, 5)):
    """Makes the vertical axis logarithmic, with ticks at `subs` of each power of ten."""
    axes.set_yscale('log')
    axes.yaxis.set_major_locator(LogLocator(subs=subs))
    axes.yaxis.set_major_formatter(FormatStrFormatter('%g'))
    axes.yaxis.set_minor_formatter(NullFormatter())


def without_zeros(errors):
    """Replaces zeros, for which a logarithmic axis has no place, by NaN, which is not drawn."""
    return [error or float('nan') for error in errors]


def save_figure(figure, path):
    """Writes a figure as a PNG file, atomically."""
    figure.tight_layout()
    with whole_file(path) as temporary:
        figure.savefig(temporary)


def draw_learning_curve(path, history, title, measure='error'):
    """Draws a measure of training and test examples against the epoch.

    The axis of errors and of perplexities is logarithmic.

    Args:
        path: the PNG file to write.
        history: list of dicts with `epoch`, `train_<measure>` and `test_<measure>`.
        title: the picture's title.
        measure: 'error' or 'accuracy', in percent, or 'perplexity'.
    """
    figure = new_figure(7, 4.5)
    axes = figure.add_subplot()
    epochs = [entry['epoch'] for entry in history]
    for name, colour in ((f'train_{measure}', 'tab:gray'), (f'test_{measure}', 'tab:blue')):
        values = [entry[name] for entry in history]
        if measure in _LOGARITHMIC:
            values = without_zeros(values)
        axes.plot(epochs, values, color=colour, marker='.', label=name.replace('_', ' '))
    if measure in _LOGARITHMIC:
        use_logarithmic_errors(axes)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel('epoch')
    axes.set_ylabel(_LABELS[measure])
    axes.set_title(title)
    axes.grid(True, which='both', alpha=0.3)
    axes.legend()
    save_figure(figure, path)
