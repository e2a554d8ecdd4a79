"""The results of the LSTMs side by side: table and picture."""
from experiments.common.comparison import time_cells, time_legend
from experiments.common.figures import new_figure, use_logarithmic_errors

# What every network has in common.
_COMMON = ['dataset', 'tensorflow', 'epochs', 'steps', 'batch_size', 'learning_rate', 'dropout',
           'seed', 'precision']


def table(results, times=None):
    """The results as a Markdown table.

    Args:
        results: list of what `recipe.train_network` returned, that of the dense LSTM first.
        times: what `comparison.time_steps` returned for them, or None.
    """
    lines = ['| LSTM | weights of the cell | times smaller | all parameters | test error, % | '
             'training error, % | ms a step | ratio | seconds |',
             '|---|---:|---:|---:|---:|---:|---:|---:|---:|']
    lines += [f'| {" | ".join(_cells(result, time_cells(times, position)))} |'
              for position, result in enumerate(results)]
    dense = results[0]
    common = ', '.join(f'{name.replace("_", " ")}: {dense[name]}' for name in _COMMON)
    return '\n'.join(lines + [
        '', f'Of one seed.{time_legend(times)} seconds: of the whole training, whatever else the '
        f'machine did. All networks: {common}.', ''])


def draw(results):
    """Draws the test error against the weights of the cell, both on logarithmic axes.

    Lines and markers differ, so that a print in grey tells them apart too.

    Args:
        results: see `table`.

    Returns:
        A `matplotlib.figure.Figure`.
    """
    dense, others = results[0], results[1:]
    figure = new_figure(6, 4)
    axes = figure.add_subplot()
    axes.plot([result['cell_weights'] for result in others],
              [result['test_error'] or float('nan') for result in others], color='black',
              marker='o', label='TT-LSTM')
    axes.plot(dense['cell_weights'], dense['test_error'] or float('nan'), color='tab:gray',
              marker='s', linestyle='', label='dense LSTM')
    axes.set_xscale('log')
    use_logarithmic_errors(axes, subs=(1, 1.5, 2, 3, 5))
    axes.set_xlabel('weights of the cell')
    axes.set_ylabel('test error, %')
    axes.set_title(f'{dense["dataset"]} row by row, epochs: {dense["epochs"]}', fontsize=10)
    axes.grid(True, which='both', alpha=0.3)
    axes.legend()
    return figure


def _cells(result, times):
    ranks = result['inp_ranks'], result['state_ranks']
    name = 'dense' if ranks == (None, None) else 'TT, ranks ' + ' and '.join(
        ','.join(map(str, some)) if some else 'dense' for some in ranks)
    return [name, str(result['cell_weights']),
            f'{result["dense_cell_weights"] / result["cell_weights"]:.1f}',
            str(result['parameters']), f'{result["test_error"]:.2f}',
            f'{result["train_error"]:.2f}', *times, f'{result["seconds"]:.0f}']
