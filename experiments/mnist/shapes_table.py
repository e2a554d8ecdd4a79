"""The results of the networks of figure 1 as files: table, JSON and picture."""
import os

from experiments.mnist.recipe_flags import EARLIER
from experiments.mnist.shapes_figure import draw_figure
from tensornet.whole_file import write_json, write_text

TABLE, JSON, PLOT = 'shapes.md', 'shapes.json', 'shapes.png'

# The data set of the paper; all others are no match for its numbers.
_OF_THE_PAPER = 'mnist'


def write_report(log_dir, results):
    """Writes the three files into a folder, each atomically.

    Args:
        log_dir: the folder.
        results: what `shapes_sweep.train_networks` returned.

    Returns:
        The table, Markdown text.
    """
    text = table(results)
    write_json(os.path.join(log_dir, JSON), results)
    write_text(os.path.join(log_dir, TABLE), text)
    draw_figure(os.path.join(log_dir, PLOT), results)
    return text


def table(results):
    """The results as a Markdown table.

    Args:
        results: what `shapes_sweep.train_networks` returned, now or in an earlier version, which
            had one seed.
    """
    lines = ['| shape | rank | parameters | test error, % | deviation | paper, % | difference | '
             'seconds |', '|---|---:|---:|---:|---:|---:|---:|---:|']
    lines += [f'| {" | ".join(_cells(entry))} |' for entry in results['networks']]
    lines += ['', _legend(results)]
    if results['dataset'] != _OF_THE_PAPER:
        lines += ['', f'These errors are not to be compared with the paper\'s: they come from '
                  f'{results["dataset"]}, not from the whole of MNIST.']
    return '\n'.join(lines) + '\n'


def _cells(entry):
    deviation, difference = entry.get('deviation'), entry['test_error'] - entry['paper_test_error']
    return [
        entry['shape'], '' if entry['rank'] is None else str(entry['rank']),
        str(entry['parameters']), f'{entry["test_error"]:.2f}',
        '' if deviation is None else f'{deviation:.2f}', f'{entry["paper_test_error"]:.4g}',
        f'{difference:+.2f}', f'{entry["seconds"]:.0f}']


def _legend(results):
    recipe = dict(results['recipe'])
    seeds = recipe.pop('seeds', 1)
    for name, value in EARLIER.items():
        recipe.setdefault(name, value)
    settings = ', '.join(f'{name.replace("_", " ")}: {value}' for name, value in recipe.items())
    seconds = sum(entry['seconds'] for entry in results['networks'])
    errors = (f'means of {seeds} seeds, the first of which is given, with the standard deviation '
              'of one' if seeds > 1 else 'of one seed')
    return (f'Test errors on {results["dataset"]}, {errors}; {settings}. Training took '
            f'{seconds:.0f} s in all. Parameters are the weights of the first layer, without '
            'biases. The paper\'s errors are read off its figure 1.')
