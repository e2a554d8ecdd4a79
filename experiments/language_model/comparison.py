"""The results of the language models side by side: table and picture."""
from matplotlib.ticker import FixedLocator, FormatStrFormatter, NullFormatter, NullLocator

from experiments.common.comparison import time_cells, time_legend
from experiments.common.figures import new_figure

# What every network has in common.
_COMMON = ['dataset', 'python', 'tensorflow', 'vocabulary', 'train_modules', 'test_modules',
           'train_words', 'test_words', 'unknown_test_words_percent', 'epochs', 'steps',
           'batch_size', 'window', 'learning_rate', 'dropout', 'seed', 'precision']


def table(results, times=None):
    """The results as a Markdown table.

    Args:
        results: list of what `recipe.train_network` returned, that of the dense embedding first.
        times: what `comparison.time_steps` returned for them, or None.
    """
    dense = results[0]
    lines = ['| embedding | its parameters | times smaller | all parameters | perplexity, held out '
             '| above dense, % | perplexity, training | ms a step | ratio |',
             '|---|---:|---:|---:|---:|---:|---:|---:|---:|']
    lines += [f'| {" | ".join(_cells(result, dense) + time_cells(times, position))} |'
              for position, result in enumerate(results)]
    common = ', '.join(f'{name.replace("_", " ")}: {dense[name]}' for name in _COMMON)
    return '\n'.join(lines + ['', f'Of one seed.{time_legend(times)} All networks: {common}.', ''])


def draw(results):
    """Draws the held-out perplexity against the parameters of the embedding.

    Lines and markers differ, so that a print in grey tells them apart too.

    Args:
        results: see `table`.

    Returns:
        A `matplotlib.figure.Figure`.
    """
    dense, others = results[0], results[1:]
    figure = new_figure(6, 4)
    axes = figure.add_subplot()
    axes.plot([result['embedding_parameters'] for result in others],
              [result['test_perplexity'] for result in others], color='black', marker='o',
              label='TT embedding')
    for result in others:
        axes.annotate(f' rank {max(result["ranks"])}',
                      (result['embedding_parameters'], result['test_perplexity']),
                      verticalalignment='bottom')
    axes.plot(dense['embedding_parameters'], dense['test_perplexity'], color='tab:gray',
              marker='s', linestyle='', label='dense embedding')
    axes.axhline(dense['test_perplexity'], color='tab:gray', linestyle='--', linewidth=1)
    axes.axhline(1.05 * dense['test_perplexity'], color='tab:gray', linestyle=':', linewidth=1,
                 label='5 % above dense')
    axes.set_xscale('log')
    axes.xaxis.set_major_locator(
        FixedLocator([result['embedding_parameters'] for result in results]))
    axes.xaxis.set_major_formatter(FormatStrFormatter('%d'))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel('parameters of the embedding')
    axes.set_ylabel('perplexity of held-out modules')
    axes.set_title(dense['dataset'], fontsize=10)
    axes.grid(True, alpha=0.3)
    axes.legend()
    return figure


def _cells(result, dense):
    name = ('dense' if result['embedding'] == 'dense'
            else f'TT, ranks {",".join(map(str, result["ranks"]))}')
    above = 100 * (result['test_perplexity'] / dense['test_perplexity'] - 1)
    return [name, str(result['embedding_parameters']), f'{result["embedding_compression"]:.2f}',
            str(result['parameters']), f'{result["test_perplexity"]:.2f}',
            '' if result is dense else f'{above:+.1f}', f'{result["train_perplexity"]:.2f}']
