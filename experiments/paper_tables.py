"""The tables and figures of both papers, ours beside them, from the committed results.

`python -m experiments.paper_tables` writes them into experiments/README.md, between the comments
that name them. What was not run has a dash.
"""
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))

from experiments.cifar10_conv import paper
from experiments.cifar10_fc.paper import RERUNS
from experiments.common import command_line
from experiments.mnist.shapes_paper import MATRIX_RANK, UNCOMPRESSED
from tensornet.whole_file import write_text

HERE = os.path.dirname(os.path.realpath(__file__))
PAGE = os.path.join(HERE, 'README.md')
RESULTS = os.path.join(HERE, 'results')


def main():
    """Writes the tables into the page."""
    with open(PAGE, encoding='utf-8') as file:
        text = file.read()
    write_text(PAGE, filled(text))


def filled(text):
    """Puts each table in its place in a page.

    Args:
        text: Markdown with pairs of lines `<!-- table: NAME -->` and `<!-- end -->`.
    """
    def table_of(match):
        return f'{match[1]}\n{TABLES[match[2]]()}{match[3]}'

    return re.sub(r'^(<!-- table: ([^>]+) -->)\n.*?^(<!-- end -->)$', table_of, text,
                  flags=re.DOTALL | re.MULTILINE)


def mnist():
    """Figure 1 of the first paper."""
    rows = []
    for network in _result('mnist_shapes', 'shapes.json')['networks']:
        named = network['shape'] in (MATRIX_RANK, UNCOMPRESSED)
        paper, ours = network['paper_test_error'], network['test_error']
        rows.append([network['shape'] if named else f'TT, {network["shape"]}',
                     f'{network["rank"] or ""}', f'{network["parameters"]}', f'{paper:.4g}',
                     f'{ours:.2f} ± {network["deviation"]:.2f}', f'{ours - paper:+.2f}'])
    return _table(['first layer', 'rank', 'weights', 'paper, % error', 'ours, % error',
                   'difference'], rows)


def wide():
    """The wide and shallow network of the first paper, by its authors' later code."""
    runs, rows = _runs('cifar10_fc'), []
    for rerun in RERUNS:
        cells = [rerun.name, f'{rerun.accuracy or "–"}', f'{rerun.steps or ""}', '–', '', '', '']
        run = next((run for run in runs if _is_of(run['results'], rerun)), None)
        if run is not None:
            entry = _last(run, rerun.steps)
            accuracy = entry['test_accuracy']
            cells[3:] = (f'{accuracy:.2f}', f'{entry["step"]}',
                         f'{accuracy - rerun.accuracy:+.2f}' if rerun.accuracy else '',
                         f'{run["results"]["steps_per_second"]:.2f}')
        rows.append(cells)
    return _table(['hidden layers', 'rerun, %', 'steps', 'ours, %', 'steps', 'difference',
                   'steps a second'], rows)


def vgg_sizes():
    """Table 2 of the first paper."""
    rows = []
    for row in _result('vgg', 'vgg_table2.json')['rows']:
        ours = [' + '.join(str(weights) for weights in row['weights'].values()),
                str(int(row['layer_compression'])),
                *(f'{row["compression"][network]:.2g}' for network in ('vgg16', 'vgg19'))]
        rows.append([row['name']] + [f'{mine} ({paper})' if mine else ''
                                     for mine, paper in zip(ours, row['paper'])])
    return _table(['fc6 fc7 fc8', 'weights', 'compression of the layers', 'of VGG-16',
                   'of VGG-19'], rows)


def vgg_times():
    """Table 3 of the first paper."""
    rows = []
    for row in _result('vgg', 'vgg_table3.json')['rows']:
        if row['layer'] == 'tt_chain':
            continue
        ours = [row['median_ms'], row['bfloat16']['median_ms'], row['frozen']['median_ms']]
        rows.append([f'{row["device"]}, {row["layer"]}', str(row['images']), f'{row["paper_ms"]}',
                     *(f'{time:.3g}' for time in ours), f'{ours[0] - row["paper_ms"]:+.3g}'])
    return _table(['layer', 'images', 'paper, ms', 'ours, ms', 'in bfloat16', 'frozen',
                   'difference'], rows)


def convolutional(dense):
    """The rows of one of the two tables of the second paper, and networks of our own below them.

    Args:
        dense: name of the network that the others are compressions of.
    """
    runs = [run['results'] for run in _runs('cifar10_conv') if not run['results'].get('pretrained')]
    found = {(run['network'], run['parameters']): run for run in runs}
    rows = paper.table(dense)
    theirs, ours = rows[0], found[rows[0].network, rows[0].parameters]
    known = {(row.network, row.parameters) for row in rows}
    own = [paper.Row(run['network'], None, run['parameters'], run['compression'], None)
           for key, run in found.items()
           if key not in known and run['dense_parameters'] == ours['parameters']]
    rows += sorted(own, key=lambda row: row.compression)
    rows = [_convolutional_row(row, theirs, found.get((row.network, row.parameters)), ours)
            for row in rows]
    return _table(['network', 'parameters', 'compression', 'paper, %', 'ours, %', 'difference',
                   'paper\'s gap', 'our gap', 'epochs', 's an epoch'], rows)


def _convolutional_row(row, dense, run, dense_run):
    """The cells of a network.

    Args:
        row, dense: the paper's `Row` of the network and that of the dense one.
        run, dense_run: our results, a dict, for both; None where there is none.
    """
    cells = [row.network, f'{row.parameters or ""}', f'{row.compression:.2f}', '', '–', '', '', '',
             '', '']
    if row.accuracy is not None:
        cells[3], cells[6] = f'{row.accuracy:.1f}', _gap(row.accuracy, dense.accuracy, 1)
    if run is not None:
        accuracy = 100 - run['test_error']
        cells[4] = f'{accuracy:.2f}'
        cells[5] = '' if row.accuracy is None else f'{accuracy - row.accuracy:+.2f}'
        cells[7:] = (_gap(accuracy, 100 - dense_run['test_error'], 2), f'{run["epochs"]}',
                     f'{run["seconds_per_epoch"]:.0f}')
    return cells


TABLES = {'mnist': mnist, 'wide': wide, 'vgg sizes': vgg_sizes, 'vgg times': vgg_times,
          'network 1': lambda: convolutional('conv'),
          'network 2': lambda: convolutional('conv-fc')}


def _gap(accuracy, dense, digits):
    return '' if accuracy == dense else f'{accuracy - dense:+.{digits}f}'


def _is_of(results, rerun):
    """Whether a run trained the network of a `Rerun`."""
    return (results['layer'] == rerun.layer
            and results.get('hidden_modes') == rerun.hidden_modes
            and (rerun.rank is None or results['ranks'][1] == rerun.rank))


def _last(run, steps):
    """The last measurement of a run up to a number of steps; None means up to the end."""
    end = dict(run['results'], step=run['results']['steps'])
    return [entry for entry in run.get('history', [end])
            if steps is None or entry['step'] <= steps][-1]


def _runs(folder):
    """The runs of an experiment: dicts of `results` and `history`, in the order of their names."""
    root = os.path.join(RESULTS, folder)
    runs = []
    for name in sorted(os.listdir(root)):
        if os.path.exists(os.path.join(root, name, 'results.json')):
            run = {'results': _result(folder, name, 'results.json')}
            if os.path.exists(os.path.join(root, name, 'run.json')):
                run['history'] = _result(folder, name, 'run.json')['history']
            runs.append(run)
    return runs


def _result(*path):
    with open(os.path.join(RESULTS, *path), encoding='utf-8') as file:
        return json.load(file)


def _table(header, rows):
    lines = [header, ['---'] + ['---:'] * (len(header) - 1)] + rows
    return ''.join(f'| {" | ".join(line)} |\n' for line in lines)


if __name__ == '__main__':
    command_line.parse(sys.argv, __doc__, [])
    command_line.run(main)
