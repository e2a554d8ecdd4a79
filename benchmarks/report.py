"""Writes what the committed results say into benchmarks/README.md.

    python benchmarks/report.py

The text between two comments of the file is replaced. Parts whose results are not there are left
out.
"""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

from benchmarks.command_line import FOLDER, RESULTS, make_parser, run
from benchmarks.floors import PHASES
from tensornet.whole_file import write_text

README = os.path.join(FOLDER, 'README.md')
BEGIN, END = '<!-- written by benchmarks/report.py -->', '<!-- up to here -->'

TITLES = {'chain': 'chain', 'dense': 'dense', 'full': 'full kernel', 'low_rank': 'low rank',
          't3f': 't3f', 'einsum_greedy': 'einsum, greedy', 'einsum_optimal': 'einsum, optimal',
          'tensorly': 'tensorly-torch', 'torch_dense': 'dense, PyTorch'}
TT_PEERS = ('t3f', 'einsum_greedy', 'einsum_optimal', 'tensorly')


def main(arguments):
    """Updates the file."""
    del arguments
    write_text(README, updated(read_results(RESULTS)))


def updated(results):
    """Returns the updated text of the file.

    Args:
        results: dictionary as `read_results` returns it.
    """
    with open(README, encoding='utf-8') as file:
        return replaced(file.read(), full_text(results))


def read_results(folder):
    """Returns the contents of the JSON files in a folder, by name without extension."""
    results = {}
    for name in sorted(os.listdir(folder)):
        if name.endswith('.json'):
            with open(os.path.join(folder, name), encoding='utf-8') as file:
                results[name[:-len('.json')]] = json.load(file)
    return results


def replaced(text, content, begin=BEGIN):
    """Puts content between the comments of a text.

    Raises:
        ValueError: there is not one such pair.
    """
    if text.count(begin) != 1 or text.count(END) != 1 or text.index(begin) > text.index(END):
        raise ValueError('expected %r and after it %r, each once' % (begin, END))
    head, _, rest = text.partition(begin)
    return '%s%s\n\n%s\n\n%s%s' % (head, begin, content, END, rest.partition(END)[2])


def summary_text(results):
    """The short table: a row for each workload."""
    lines = []
    for name, phases in results['results']['workloads'].items():
        entries = [phases[phase] for phase in PHASES]
        lines.append([name, _pair('%.3g' % entry['auto']['median_ms'] for entry in entries)]
                     + [_pair(_ratio(entry, others) for entry in entries)
                        for others in (('chain',), ('dense',), TT_PEERS)])
    return _table(['layer, forward / training', 'ours, ms', 'chain of the original', 'dense',
                   'fastest TT peer'], lines)


def full_text(results):
    """All results in words and tables."""
    parts = [_machine_text(results),
             '### Speed in short\n\nOur time, and how many times as long the others take, for '
             'forward and training:\n\n' + summary_text(results), _speed_text(results)]
    parts += [text(results[name]) for name, text in (
        ('precision', _precision_text), ('regret', _regret_text), ('frozen', _frozen_text),
        ('build_time', _build_text), ('network', _network_text), ('memory', _memory_text),
        ('sweep', _sweep_text)) if name in results]
    return '\n\n'.join(parts)


def _machine_text(results):
    machine = results['results']['machine']
    return '%d cores of %s, TensorFlow %s, Python %s.' % (
        machine['cores'], machine['processor'], machine['tensorflow'], machine['python'])


def _speed_text(results):
    workloads = results['results']['workloads']
    others = [other for other in TITLES if any(
        other in phases[phase] for phases in workloads.values() for phase in phases)]
    lines = []
    for name, phases in workloads.items():
        for phase, entry in phases.items():
            bound = ('%.2f' % (entry['roofline']['bound_ms'] / entry['auto']['median_ms'])
                     if 'roofline' in entry else '–')
            lines.append([name, phase, '%.3g' % entry['auto']['median_ms']]
                         + [_ratio(entry, (other,)) for other in others] + [bound])
    missed = ['%s %s over %s is %.3g instead of %.3g' % (
        floor['workload'], floor['phase'], floor['over'], floor['ratio'], floor['floor'])
        for floor in results['results']['floors'] if not floor['reached']]
    return '\n\n'.join([
        '### Speed\n\nHow many times as long as ours the others take, in float32, by medians of '
        '%d repetitions ([`results.json`](results/results.json)):'
        % results['results']['machine']['repetitions'],
        _table(['layer', 'phase', 'ours, ms'] + [TITLES[other] for other in others] + ['bound'],
               lines),
        'Floors are ratios that a run should reach. Of the %d floors of this run, %s.' % (
            len(results['results']['floors']),
            '%d are missed: %s' % (len(missed), '; '.join(missed)) if missed
            else 'none is missed')])


def _precision_text(precision):
    lines = []
    for name, phases in precision['layers'].items():
        lines += [[name, phase, *_precision_cells(entry)] for phase, entry in phases.items()]
    lines += [[name, 'step', *_precision_cells(entry)]
              for name, entry in precision['networks'].items()]
    return '### Half precision\n\n%s\n\n%s' % (
        'bfloat16 compared with float32 in the same run, for layers in either type, and for '
        'training steps of networks under the rewrite `auto_mixed_precision_onednn_bfloat16`. The '
        'processor has %s ([`precision.json`](results/precision.json)):'
        % (', '.join(precision['machine']['features']) or 'nothing special'),
        _table(['', 'phase', 'float32, ms', 'bfloat16, ms', 'times faster'], lines))


def _precision_cells(entry):
    if 'skipped' in entry:
        return '–', '–', '–'
    return ['%.3g' % entry[dtype]['median_ms'] for dtype in ('float32', 'bfloat16')] + [
        '%.2f' % entry['ratio']]


def _regret_text(regret):
    lines = [[group, '%d' % found['cases']] + [
        '%.2f, %.2f (%s)' % (found[way]['median'], found[way]['worst'],
                             found[way]['worst_case'].split()[0]) for way in ('auto', 'measure')]
        + ['–' if found['median_rank'] is None else '%.3g, %d' % (found['median_rank'],
                                                                  found['worst_rank'])]
        for group, found in regret['summary'].items()]
    tried = [entry for entry in regret['cases'].values() if 'regret' in entry]
    complete = sum(entry['untried'] == 0 for entry in tried)
    return '\n\n'.join([
        '### Regret\n\nThe time of the chosen plan divided by that of the fastest of all plans, '
        'median and worst, for the workloads and random layers. In %d of %d cases there was time '
        'to try every plan ([`regret.json`](results/regret.json)):' % (complete, len(tried)),
        _table(['', 'cases', "`plan='auto'`", "`plan='measure'`",
                'place of the fastest plan in the estimate: median, worst'], lines),
        '![Regret of all cases](results/regret.png)'])


def _frozen_text(frozen):
    lines = [[name, row['name'], '%.3g' % row['median_ms'],
              '–' if row['file_bytes'] is None else '%.1f' % (row['file_bytes'] / 1e3),
              '%.1f' % (row['memory_bytes'] / 1e3), '%d' % row['products']]
             for name, entry in frozen['workloads'].items() for row in entry['rows']]
    return '### Frozen inference\n\n%s\n\n%s' % (
        'The forward pass of a frozen graph. The graphs differ in how many bytes the merged '
        'constant cores may take ([`frozen.json`](results/frozen.json)):',
        _table(['layer', 'graph', 'ms', 'file, kB', 'constants in memory, kB', 'products'], lines))


def _build_text(build):
    modes = sorted({row['mode'] for row in build['rows']})
    cores = sorted({row['cores'] for row in build['rows']})
    found = {(row['mode'], row['cores']): row for row in build['rows']}
    lines = [['%d' % count] + [
        '%.1f' % found[mode, count][kind]['median_ms'] if (mode, count) in found else '–'
        for mode in modes for kind in ('plan', 'layer')] for count in cores]
    titles = ['modes of %d, %s, ms' % (mode, kind) for mode in modes for kind in ('plan', 'layer')]
    return '### Building a layer\n\n%s\n\n%s' % (
        'The time to choose the plan alone, and to build the layer with its plan '
        '([`build_time.json`](results/build_time.json)):', _table(['cores'] + titles, lines))


def _network_text(network):
    return ('### A whole network\n\nA training step of the wide network of the first paper (3072, '
            '262144, 4096, 10 units, with batch normalization and ReLU) takes %.0f ms, and %.2f '
            'times as long with the chain ([`network.json`](results/network.json)).'
            % (network['auto']['median_ms'], network['ratio']))


def _memory_text(memory):
    peaks = memory['peak_mb']
    return ("### Memory\n\nA training step of `wideA` followed by `wideB` needs %.0f %% of the "
            "chain's memory, and %.0f %% with `recompute=True` "
            '([`memory.json`](results/memory.json)).' % tuple(
                100 * peaks[name] / peaks['chain'] for name in ('auto', 'recompute')))


def _sweep_text(sweep):
    return ('### Random layers\n\nOf %d random layers, %s slower than with the chain by more than '
            '10 %% and 50 µs in two measurements. The median layer is %.1f times faster than with '
            'the chain ([`sweep.json`](results/sweep.json)).' % (
                len(sweep['cases']), '%d are' % sweep['slow'] if sweep['slow'] else 'none is',
                sweep['median_speedup']))


def _ratio(entry, others):
    """Time of the fastest of the others that were timed over ours."""
    found = [entry[other]['median_ms'] for other in others if other in entry]
    return '%.2f' % (min(found) / entry['auto']['median_ms']) if found else '–'


def _pair(cells):
    cells = list(cells)
    return '–' if set(cells) == {'–'} else ' / '.join(cells)


def _table(titles, lines):
    rows = [titles, ['---'] * len(titles)] + lines
    return '\n'.join('| %s |' % ' | '.join(row) for row in rows)


if __name__ == '__main__':
    run(main, make_parser(__doc__))
