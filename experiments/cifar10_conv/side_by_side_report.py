"""The comparison of runs as files: table, JSON and picture."""
import os

from experiments.cifar10_conv.side_by_side_figure import draw_figure
from experiments.common.atomic_file import write_json, write_text
from experiments.common.computation_flags import EARLIER

TABLE, JSON, PLOT = 'side_by_side.md', 'side_by_side.json', 'side_by_side.png'


def write_report(folder, comparison):
    """Writes the three files into a folder, each atomically.

    Args:
        folder: the folder, created where missing.
        comparison: what `run_comparison.compare` returned.

    Returns:
        The table, Markdown text.
    """
    text = table(comparison)
    os.makedirs(folder, exist_ok=True)
    write_text(os.path.join(folder, TABLE), text)
    write_json(os.path.join(folder, JSON), comparison)
    draw_figure(os.path.join(folder, PLOT), comparison)
    return text


def table(comparison):
    """The comparison as a Markdown table, with a note on what its columns are.

    Args:
        comparison: what `run_comparison.compare` returned.
    """
    timed = comparison['machine'] is not None
    header = ['network', 'parameters', 'compression', 'test accuracy, %', 'epoch', 'gap, points',
              's per epoch'] + (['ms per step', 'ratio'] if timed else [])
    lines = [_line(header), '|---|' + '---:|' * (len(header) - 1)]
    epochs, first = comparison['settings']['epochs'], comparison['runs'][0]
    lines += [_line(_cells(row, first, epochs)) for row in comparison['runs']]
    return '\n'.join(lines + ['', _note(comparison)]) + '\n'


def _cells(row, first, epochs):
    gap = '' if row is first else f'{row["gap"]:+.2f}'
    if not row['epoch'] == row['gap_epoch'] == first['epoch']:
        gap += f' (epoch {row["gap_epoch"]:g})'
    cells = [row['run'], f'{row["parameters"]}', f'{row["compression"]:.2f}',
             f'{row["test_accuracy"]:.2f}', f'{row["epoch"]:g} of {epochs}', gap,
             f'{row["seconds_per_epoch"]:.1f}']
    if row['step'] is not None:
        low, high = row['step']['quartiles_ms']
        cells += [f'{row["step"]["median_ms"]:.0f} ({low:.0f}-{high:.0f})',
                  f'{row["step"]["ratio"]:.2f}']
    return cells


def _line(cells):
    return '| ' + ' | '.join(cells) + ' |'


def _note(comparison):
    settings, machine, runs = (comparison[name] for name in ('settings', 'machine', 'runs'))
    first = runs[0]['run']
    rates = ', '.join(f'{row["run"]} {row["learning_rate"]:g}' for row in runs)
    computations = ', '.join('{run} {plan} {precision}'.format(**dict(EARLIER, **row))
                             for row in runs)
    note = (f'Data set {settings["dataset"]}, {settings["epochs"]} epochs, batches of '
            f'{settings["batch_size"]}, schedule {settings["schedule"]}; learning rates: '
            f'{rates}; plans and precisions: {computations}. '
            f'Compression: the parameters of {first} over those of the network. Gap: test '
            f'accuracy minus that of {first} at the last epoch that both have measured. '
            's per epoch: of the run, its evaluations included, whatever else the machine did.')
    if machine is not None:
        note += (f' ms per step: median of {machine["repetitions"]} training steps, quartiles in '
                 'brackets, the networks taking turns in one process, with the input pipeline of '
                 f'train.py on random images; ratio: of the median to that of {first}. '
                 f'TensorFlow {machine["tensorflow"]}, {machine["cores"]} cores.')
    return note
