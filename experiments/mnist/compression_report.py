"""The results of the compression experiment as JSON, a table and a plot."""
import os

from experiments.common.atomic_file import write_json, write_text
from experiments.common.figures import (
    new_figure,
    save_figure,
    use_logarithmic_errors,
    without_zeros,
)

JSON, TABLE, PLOT = 'compression.json', 'compression.md', 'compression.png'

DENSE_PARAMETERS = 1024 * 1024


def write_report(log_dir, results):
    """Writes the three files into a folder, each atomically.

    Args:
        log_dir: the folder.
        results: what `compression.compress` returned.

    Returns:
        The table, Markdown text.
    """
    text = table(results)
    write_json(os.path.join(log_dir, JSON), results)
    write_text(os.path.join(log_dir, TABLE), text)
    save_figure(_plot(results), os.path.join(log_dir, PLOT))
    return text


def table(results):
    """The results as a Markdown table."""
    dense = results['dense']
    lines = [
        '| layer | ranks | parameters | fewer | error of weights | converted, % | '
        'fine-tuned, % | from scratch, % |', '|---|---|---:|---:|---:|---:|---:|---:|',
        f'| dense | | {DENSE_PARAMETERS} | 1 | | {dense["test_error"]:.2f} | | |']
    for entry in results['compressed']:
        lines.append(
            f'| {entry["name"]} | {", ".join(map(str, entry["ranks"]))} | {entry["parameters"]} | '
            f'{entry["compression"]:.1f} | {entry["relative_error"]:.3f} | '
            f'{entry["converted_error"]:.2f} | {entry["fine_tuned_error"]:.2f} | '
            f'{entry["from_scratch_error"]:.2f} |')
    recipes = results['recipes']
    lines += ['', f'Test errors on {results["dataset"]}. Parameters are the weights of the hidden '
              f'layer. Dense and from scratch: {recipes["dense"]["epochs"]} epochs; fine-tuned: '
              f'{recipes["fine_tuning"]["epochs"]} epochs.']
    return '\n'.join(lines) + '\n'


def _plot(results):
    """Test error against the number of weights of the layer, both logarithmic."""
    figure = new_figure(7, 4.5)
    axes = figure.add_subplot()
    entries = sorted(results['compressed'], key=lambda entry: entry['parameters'])
    parameters = [entry['parameters'] for entry in entries]
    for name, colour, label in (('converted_error', 'tab:gray', 'converted'),
                                ('fine_tuned_error', 'tab:blue', 'fine-tuned'),
                                ('from_scratch_error', 'tab:orange', 'TT from scratch')):
        axes.plot(parameters, without_zeros(entry[name] for entry in entries), color=colour,
                  marker='o', label=label)
    axes.axhline(results['dense']['test_error'], color='black', linestyle='--',
                 label=f'dense, {DENSE_PARAMETERS} weights')
    axes.set_xscale('log')
    use_logarithmic_errors(axes)
    axes.set_xlabel('weights of the hidden layer')
    axes.set_ylabel('test error, %')
    axes.set_title(f'{results["dataset"]}: compressing the dense 1024x1024 layer')
    axes.grid(True, which='both', alpha=0.3)
    axes.legend()
    return figure
