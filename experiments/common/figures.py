"""Pictures that need no display."""
import matplotlib.figure
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.ticker import FormatStrFormatter, LogLocator, NullFormatter

from tensornet.whole_file import whole_file


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
