"""The results of the compression experiment as a table and a picture."""
from experiments.common.figures import new_figure, use_logarithmic_errors, without_zeros
from tensornet.wording import counted

STEM = 'compression'

DENSE_PARAMETERS = 1024 * 1024


def table(results):
    """The results as a Markdown table.

    Args:
        results: what `compression.compress` returned.
    """
    dense, recipes = results['dense'], results['recipes']
    short, long = recipes['fine_tuning']['epochs'], recipes['scratch']['epochs']
    lines = [
        '| layer | ranks | parameters | fewer | TT-SVD, % | fine-tuned, % | fitted, % | '
        'fine-tuned, % | prepared, % | fine-tuned, % | and fitted, % | fine-tuned, % | '
        f'from scratch, {_epochs(short)}, % | {_epochs(long)}, % |',
        '|---|---|' + '---:|' * (2 + len(_CURVES)),
        f'| dense | | {DENSE_PARAMETERS} | 1 | {dense["test_error"]:.2f} |'
        + ' |' * (len(_CURVES) - 1)]
    for entry in results['compressed']:
        errors = ' | '.join(f'{entry[name]:.2f}' for name, *_ in _CURVES)
        lines.append(f'| {entry["name"]} | {", ".join(map(str, entry["ranks"]))} | '
                     f'{entry["parameters"]} | {entry["compression"]:.1f} | {errors} |')
    lines += ['', f'Test errors on {results["dataset"]}. Parameters are the weights of the hidden '
              f'layer. The dense network is trained for {_epochs(recipes["dense"]["epochs"])}; '
              f'fine-tuning takes {short} more. Fitted to '
              f'{counted(results["fit_images"], "training image", "training images")} '
              'without their labels. Prepared: dense networks, trained for '
              f'{_epochs(recipes["prepared"]["epochs"])}, whose weights are pulled towards '
              'TT-matrices of these ranks.']
    return '\n'.join(lines) + '\n'


# Key of the results, line, marker and label; they can be told apart in grey.
_CURVES = [
    ('converted_error', ':', 'o', 'TT-SVD'),
    ('fine_tuned_error', '-', 'o', 'TT-SVD, fine-tuned'),
    ('fitted_error', ':', 's', 'fitted'),
    ('fitted_tuned_error', '-', 's', 'fitted, fine-tuned'),
    ('prepared_error', ':', 'D', 'prepared'),
    ('prepared_tuned_error', '-', 'D', 'prepared, fine-tuned'),
    ('prepared_fitted_error', ':', 'x', 'prepared, fitted'),
    ('prepared_fitted_tuned_error', '-', 'x', 'prepared, fitted, fine-tuned'),
    ('short_scratch_error', '--', '^', 'from scratch, short'),
    ('from_scratch_error', '--', 'v', 'from scratch, long')]
_COLOURS = ['tab:gray', 'tab:gray', 'tab:blue', 'tab:blue', 'tab:green', 'tab:green', 'tab:olive',
            'tab:olive', 'tab:orange', 'tab:orange']


def draw(results):
    """Draws test error against the number of weights of the layer, both logarithmic.

    Args:
        results: what `compression.compress` returned.

    Returns:
        A `matplotlib.figure.Figure`.
    """
    figure = new_figure(9, 5)
    axes = figure.add_subplot()
    entries = sorted(results['compressed'], key=lambda entry: entry['parameters'])
    parameters = [entry['parameters'] for entry in entries]
    for (name, line, marker, label), colour in zip(_CURVES, _COLOURS):
        axes.plot(parameters, without_zeros(entry[name] for entry in entries), color=colour,
                  linestyle=line, marker=marker, label=label)
    axes.axhline(results['dense']['test_error'], color='black', linestyle='-.',
                 label=f'dense, {DENSE_PARAMETERS} weights')
    axes.set_xscale('log')
    use_logarithmic_errors(axes)
    axes.set_xlabel('weights of the hidden layer')
    axes.set_ylabel('test error, %')
    axes.set_title(f'{results["dataset"]}: compressing the dense 1024x1024 layer')
    axes.grid(True, which='both', alpha=0.3)
    # No place between the curves is free.
    axes.legend(loc='center left', bbox_to_anchor=(1, 0.5))
    return figure


def _epochs(number):
    return counted(number, 'epoch', 'epochs')
