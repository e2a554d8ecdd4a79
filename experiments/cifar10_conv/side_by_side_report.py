"""The comparison of runs as a table and a picture."""
from matplotlib.ticker import MaxNLocator

from benchmarks.interleaved import timings_of
from experiments.cifar10_conv.training_flags import EARLIER
from experiments.common.computation_flags import COMPUTATION_FLAGS
from experiments.common.figures import new_figure
from tensornet.wording import counted

STEM = 'side_by_side'

# What may differ from run to run. What of it is no computation is said only where it is not as in
# the runs of earlier versions.
_OF_A_RUN = ('learning_rate', 'seed', *EARLIER)
_RECIPE = [name for name in EARLIER if name not in COMPUTATION_FLAGS]

# 10 colours and markers and 3 styles: the first 30 runs differ in marker or style.
_COLOURS = ('tab:blue', 'tab:orange', 'tab:green', 'tab:red', 'tab:purple', 'tab:brown',
            'tab:pink', 'tab:olive', 'tab:cyan', 'tab:gray')
_MARKERS = ('o', 's', '^', 'D', 'v', 'P', 'X', '*', '<', '>')
_STYLES = ('-', '--', ':')
_MARKERS_ON_A_LINE = 10
# Inches.
_LINE_OF_LEGEND = 0.2


def table(comparison):
    """The comparison as a Markdown table, with what its columns are and the runs' settings.

    Args:
        comparison: what `run_comparison.compare` returned.
    """
    runs, epochs = comparison['runs'], comparison['settings']['epochs']
    rows = [_cells(row, _baseline(row, runs), epochs) for row in runs]
    # Columns for the paper's numbers and for times only where a row has them.
    header = [name for name in rows[0] if any(cells[name] is not None for cells in rows)]
    lines = [_line(header), '|---|' + '---:|' * (len(header) - 1)]
    lines += [_line([cells[name] or '' for name in header]) for cells in rows]
    lines += ['', _baselines(runs), '', *_note(comparison), '', *_settings(comparison)]
    return '\n'.join(lines) + '\n'


def draw(comparison):
    """Draws test accuracy against the epoch, and training accuracy next to it.

    The curves of the runs can be told apart in grey too.

    Args:
        comparison: what `run_comparison.compare` returned.

    Returns:
        A `matplotlib.figure.Figure` with an axes for each, and one for the legend.
    """
    runs, settings = comparison['runs'], comparison['settings']
    figure = new_figure(10, 5 + _LINE_OF_LEGEND * len(runs))
    grid = figure.add_gridspec(2, 2, height_ratios=(5, _LINE_OF_LEGEND * len(runs)))
    first = figure.add_subplot(grid[0, 0])
    panels = first, figure.add_subplot(grid[0, 1], sharex=first, sharey=first)
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
    first.set_ylabel('accuracy, %')
    # Below both, where long names move neither.
    below = figure.add_subplot(grid[1, :])
    below.axis('off')
    below.legend(*first.get_legend_handles_labels(), loc='upper left', frameon=False)
    figure.suptitle(f'{settings["dataset"]}, {counted(settings["epochs"], "epoch", "epochs")}, '
                    f'schedule {settings["schedule"]}')
    return figure


def _baseline(row, runs):
    """The row that another is compared with; in reports of earlier versions the first."""
    return next((other for other in runs if other['run'] == row.get('baseline')), runs[0])


def _cells(row, baseline, epochs):
    """The texts of a row, by the names of their columns; None where there is nothing to say."""
    gap, paper_gap = '', None
    if row is not baseline:
        gap, paper_gap = f'{row["gap"]:+.2f}', row.get('paper_gap')
    if not row['epoch'] == row['gap_epoch'] == baseline['epoch']:
        gap += f' (epoch {row["gap_epoch"]:g})'
    cells = {
        'network': row['run'], 'parameters': f'{row["parameters"]}',
        'compression': f'{row["compression"]:.2f}', 'paper, %': _number(row.get('paper'), '.1f'),
        'test accuracy, %': f'{row["test_accuracy"]:.2f}', 'epoch': f'{row["epoch"]:g} of {epochs}',
        'paper\'s gap': _number(paper_gap, '+.1f'), 'gap, points': gap,
        's per epoch': f'{row["seconds_per_epoch"]:.1f}', 'ms per step': None, 'ratio': None}
    if row['step'] is not None:
        low, high = row['step']['quartiles_ms']
        cells['ms per step'] = f'{row["step"]["median_ms"]:.0f} ({low:.0f}-{high:.0f})'
        cells['ratio'] = f'{row["step"]["ratio"]:.2f}'
    return cells


def _number(value, form):
    return None if value is None else format(value, form)


def _line(cells):
    return '| ' + ' | '.join(cells) + ' |'


def _settings(comparison):
    """A sentence on what all runs have in common and, where they differ, a table of the rest."""
    settings, runs = comparison['settings'], comparison['runs']
    common = [f'data set {settings["dataset"]}', counted(settings['epochs'], 'epoch', 'epochs'),
              f'batches of {settings["batch_size"]}', f'schedule {settings["schedule"]}']
    differing = {}
    for name in _OF_A_RUN:
        values = [row.get(name, EARLIER.get(name)) for row in runs]
        if len(set(values)) > 1:
            differing[name.replace('_', ' ')] = values
        elif name not in _RECIPE or values[0] != EARLIER[name]:
            common.append(f'{name.replace("_", " ")} {_shown(values[0])}')
    lines = [f'All runs: {", ".join(common)}.']
    if differing:
        lines += ['', _line(['network', *differing]), '|---|' + '---|' * len(differing)]
        lines += [_line([row['run'], *map(_shown, values)])
                  for row, *values in zip(runs, *differing.values())]
    return lines


def _shown(value):
    return value if isinstance(value, str) else f'{value:g}'


def _note(comparison):
    """What the columns are, a line for each."""
    machine = comparison['machine']
    lines = ['- compression: the parameters of the baseline over those of the network',
             '- gap: test accuracy minus that of the baseline at the last epoch that both have '
             'measured',
             '- s per epoch: of the run, its evaluations included, whatever else the machine did']
    if machine is not None:
        lines += [f'- ms per step: {timings_of(machine["repetitions"], "training steps")}, '
                  'quartiles in brackets; the networks take turns in one process, with the input '
                  'pipeline of train.py on random images; TensorFlow '
                  f'{machine["tensorflow"]}, {counted(machine["cores"], "core", "cores")}',
                  '- ratio: of the median to that of the baseline']
    return lines


def _baselines(runs):
    """Sentences on what is compared with what."""
    compared = {}
    for row in runs:
        baseline = _baseline(row, runs)
        if row is not baseline:
            compared.setdefault(baseline['run'], []).append(row['run'])
    if len(compared) < 2:
        return f'The baseline is {next(iter(compared), runs[0]["run"])}.'
    return ' '.join(f'{baseline} is the baseline of {", ".join(names)}.'
                    for baseline, names in compared.items())


def _look(position, points):
    """The arguments of `plot` for a line with so many points."""
    return {'color': _COLOURS[position % len(_COLOURS)],
            'marker': _MARKERS[position % len(_MARKERS)], 'markersize': 5,
            'markevery': max(1, points // _MARKERS_ON_A_LINE),
            'linestyle': _STYLES[position % len(_STYLES)], 'linewidth': 1.5}
