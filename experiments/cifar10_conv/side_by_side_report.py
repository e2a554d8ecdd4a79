"""The comparison of runs as a table and a picture."""
from matplotlib.ticker import MaxNLocator

from benchmarks.interleaved import timings_of
from experiments.cifar10_conv.training_flags import EARLIER
from experiments.common.computation_flags import COMPUTATION_FLAGS
from experiments.common.figures import new_figure

STEM = 'side_by_side'

# What the note says only where it is not as in the runs of earlier versions.
_RECIPE = [name for name in EARLIER if name not in COMPUTATION_FLAGS]

# 10 colours and markers and 3 styles: the first 30 runs differ in marker or style.
_COLOURS = ('tab:blue', 'tab:orange', 'tab:green', 'tab:red', 'tab:purple', 'tab:brown',
            'tab:pink', 'tab:olive', 'tab:cyan', 'tab:gray')
_MARKERS = ('o', 's', '^', 'D', 'v', 'P', 'X', '*', '<', '>')
_STYLES = ('-', '--', ':')
_MARKERS_ON_A_LINE = 10


def table(comparison):
    """The comparison as a Markdown table, with a note on what its columns are.

    Args:
        comparison: what `run_comparison.compare` returned.
    """
    runs, epochs = comparison['runs'], comparison['settings']['epochs']
    rows = [_cells(row, _baseline(row, runs), epochs) for row in runs]
    # Columns for the paper's numbers and for times only where a row has them.
    header = [name for name in rows[0] if any(cells[name] is not None for cells in rows)]
    lines = [_line(header), '|---|' + '---:|' * (len(header) - 1)]
    lines += [_line([cells[name] or '' for name in header]) for cells in rows]
    return '\n'.join(lines + ['', _note(comparison)]) + '\n'


def draw(comparison):
    """Draws test accuracy against the epoch, and training accuracy next to it.

    The curves of the runs can be told apart in grey too.

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


def _note(comparison):
    settings, machine, runs = (comparison[name] for name in ('settings', 'machine', 'runs'))
    computations = ', '.join('{run} {plan} {precision}'.format(**dict(EARLIER, **row))
                             for row in runs)
    note = (f'Data set {settings["dataset"]}, {settings["epochs"]} epochs, batches of '
            f'{settings["batch_size"]}, schedule {settings["schedule"]}; learning rates: '
            f'{_of_each(runs, "learning_rate")}; plans and precisions: {computations}. '
            f'{_recipe(runs)}{_baselines(runs)}'
            'Compression: the parameters of the baseline over those of the network. Gap: test '
            'accuracy minus that of the baseline at the last epoch that both have measured. '
            's per epoch: of the run, its evaluations included, whatever else the machine did.')
    if machine is not None:
        timings = timings_of(machine['repetitions'], 'training steps')
        note += (f' ms per step: {timings}, quartiles in brackets, the networks taking turns in '
                 'one process, with the input pipeline of train.py on random images; ratio: of the '
                 'median to that of the baseline. '
                 f'TensorFlow {machine["tensorflow"]}, {machine["cores"]} cores.')
    return note


def _of_each(runs, name):
    return ', '.join(f'{row["run"]} {_shown(row.get(name, EARLIER.get(name)))}' for row in runs)


def _shown(value):
    return value if isinstance(value, str) else f'{value:g}'


def _recipe(runs):
    """A sentence on how weights begin and decay and on the schedule's shape."""
    parts = []
    for name in _RECIPE:
        values = {row.get(name, EARLIER[name]) for row in runs}
        if values != {EARLIER[name]}:
            shown = _of_each(runs, name) if len(values) > 1 else _shown(*values)
            parts.append(f'{name.replace("_", " ")}: {shown}')
    return '; '.join(parts) + '. ' if parts else ''


def _baselines(runs):
    """A sentence on what is compared with what."""
    pairs = [(row, _baseline(row, runs)) for row in runs]
    names = {baseline['run'] for row, baseline in pairs if row is not baseline}
    if len(names) < 2:
        return f'The baseline is {(names or {runs[0]["run"]}).pop()}. '
    return 'Baselines: ' + ', '.join(f'{baseline["run"]} of {row["run"]}'
                                     for row, baseline in pairs if row is not baseline) + '. '


def _look(position, points):
    """The arguments of `plot` for a line with so many points."""
    return {'color': _COLOURS[position % len(_COLOURS)],
            'marker': _MARKERS[position % len(_MARKERS)], 'markersize': 5,
            'markevery': max(1, points // _MARKERS_ON_A_LINE),
            'linestyle': _STYLES[position % len(_STYLES)], 'linewidth': 1.5}
