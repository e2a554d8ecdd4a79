"""The results of the networks of figure 1 as files: table, JSON and picture."""
import os

from experiments.common.atomic_file import write_json, write_text
from experiments.common.computation_flags import EARLIER
from experiments.mnist.shapes_figure import draw_figure

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
        results: what `shapes_sweep.train_networks` returned.
    """
    lines = ['| shape | rank | parameters | test error, % | paper, % | seconds |',
             '|---|---:|---:|---:|---:|---:|']
    for entry in results['networks']:
        rank = '' if entry['rank'] is None else entry['rank']
        lines.append(
            f'| {entry["shape"]} | {rank} | {entry["parameters"]} | {entry["test_error"]:.2f} | '
            f'{entry["paper_test_error"]:.4g} | {entry["seconds"]:.0f} |')
    recipe = dict(EARLIER, **results['recipe'])
    seconds = sum(entry['seconds'] for entry in results['networks'])
    lines += [
        '', f'Test errors on {results["dataset"]}; epochs: {recipe["epochs"]}, batch size: '
        f'{recipe["batch_size"]}, learning rate: {recipe["learning_rate"]}, seed: '
        f'{recipe["seed"]}, plan: {recipe["plan"]}, precision: {recipe["precision"]}. Training '
        f'took {seconds:.0f} s in all. Parameters are the weights of '
        'the first layer, without biases. The paper\'s errors are read off its figure 1.']
    if results['dataset'] != _OF_THE_PAPER:
        lines += ['', f'These errors are not to be compared with the paper\'s: they come from '
                  f'{results["dataset"]}, not from the whole of MNIST.']
    return '\n'.join(lines) + '\n'
