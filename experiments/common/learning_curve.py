"""The picture of a run."""
from matplotlib.ticker import MaxNLocator

from experiments.common.figures import (
    new_figure,
    save_figure,
    use_logarithmic_errors,
    without_zeros,
)

# What is measured, with its unit; those on a logarithmic axis.
_LABELS = {'error': 'error, %', 'accuracy': 'accuracy, %', 'perplexity': 'perplexity'}
_LOGARITHMIC = {'error', 'perplexity'}


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
