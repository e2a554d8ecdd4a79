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
        raise ValueError(f'expected {begin!r} and after it {END!r}, each once')
    head, _, rest = text.partition(begin)
    return f'{head}{begin}\n\n{content}\n\n{END}{rest.partition(END)[2]}'


def summary_text(results):
    """The short table: a row for each workload."""
    lines = []
    for name, phases in results['results']['workloads'].items():
        entries = [phases[phase] for phase in PHASES]
        lines.append([name, _pair(f'{entry["auto"]["median_ms"]:.3g}' for entry in entries)]
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
    return (f'{machine["cores"]} cores of {machine["processor"]}, TensorFlow '
            f'{machine["tensorflow"]}, Python {machine["python"]}.')


def _speed_text(results):
    workloads = results['results']['workloads']
    others = [other for other in TITLES if any(
        other in phases[phase] for phases in workloads.values() for phase in phases)]
    lines = []
    for name, phases in workloads.items():
        for phase, entry in phases.items():
            ours = entry['auto']['median_ms']
            bound = (f'{entry["roofline"]["bound_ms"] / ours:.2f}' if 'roofline' in entry else '–')
            lines.append([name, phase, f'{ours:.3g}']
                         + [_ratio(entry, (other,)) for other in others] + [bound])
    floors = results['results']['floors']
    missed = [f'{floor["workload"]} {floor["phase"]} over {floor["over"]} is {floor["ratio"]:.3g} '
              f'instead of {floor["floor"]:.3g}' for floor in floors if not floor['reached']]
    which = f'{len(missed)} are missed: {"; ".join(missed)}' if missed else 'none is missed'
    return '\n\n'.join([
        '### Speed\n\nHow many times as long as ours the others take, in float32, by medians of '
        f'{results["results"]["machine"]["repetitions"]} repetitions '
        '([`results.json`](results/results.json)):',
        _table(['layer', 'phase', 'ours, ms'] + [TITLES[other] for other in others] + ['bound'],
               lines),
        f'Floors are ratios that a run should reach. Of the {len(floors)} floors of this run, '
        f'{which}.'])


def _precision_text(precision):
    lines = []
    for name, phases in precision['layers'].items():
        lines += [[name, phase, *_precision_cells(entry)] for phase, entry in phases.items()]
    lines += [[name, 'step', *_precision_cells(entry)]
              for name, entry in precision['networks'].items()]
    features = ', '.join(precision['machine']['features']) or 'nothing special'
    return '\n\n'.join([
        '### Half precision',
        'bfloat16 compared with float32 in the same run, for layers in either type, and for '
        'training steps of networks under the rewrite `auto_mixed_precision_onednn_bfloat16`. The '
        f'processor has {features} ([`precision.json`](results/precision.json)):',
        _table(['', 'phase', 'float32, ms', 'bfloat16, ms', 'times faster'], lines)])


def _precision_cells(entry):
    if 'skipped' in entry:
        return '–', '–', '–'
    return [f'{entry[dtype]["median_ms"]:.3g}' for dtype in ('float32', 'bfloat16')] + [
        f'{entry["ratio"]:.2f}']


def _regret_text(regret):
    lines = [[group, str(found['cases'])] + [
        f'{found[way]["median"]:.2f}, {found[way]["worst"]:.2f} '
        f'({found[way]["worst_case"].split()[0]})' for way in ('auto', 'measure')]
        + ['–' if found['median_rank'] is None
           else f'{found["median_rank"]:.3g}, {found["worst_rank"]}']
        for group, found in regret['summary'].items()]
    tried = [entry for entry in regret['cases'].values() if 'regret' in entry]
    complete = sum(entry['untried'] == 0 for entry in tried)
    return '\n\n'.join([
        '### Regret\n\nThe time of the chosen plan divided by that of the fastest of all plans, '
        f'median and worst, for the workloads and random layers. In {complete} of {len(tried)} '
        'cases there was time to try every plan ([`regret.json`](results/regret.json)):',
        _table(['', 'cases', "`plan='auto'`", "`plan='measure'`",
                'place of the fastest plan in the estimate: median, worst'], lines),
        '![Regret of all cases](results/regret.png)'])


def _frozen_text(frozen):
    lines = [[name, row['name'], f'{row["median_ms"]:.3g}',
              '–' if row['file_bytes'] is None else f'{row["file_bytes"] / 1e3:.1f}',
              f'{row["memory_bytes"] / 1e3:.1f}', str(row['products'])]
             for name, entry in frozen['workloads'].items() for row in entry['rows']]
    return '\n\n'.join([
        '### Frozen inference',
        'The forward pass of a frozen graph. The graphs differ in how many bytes the merged '
        'constant cores may take ([`frozen.json`](results/frozen.json)):',
        _table(['layer', 'graph', 'ms', 'file, kB', 'constants in memory, kB', 'products'], lines)])


def _build_text(build):
    modes = sorted({row['mode'] for row in build['rows']})
    cores = sorted({row['cores'] for row in build['rows']})
    found = {(row['mode'], row['cores']): row for row in build['rows']}
    lines = [[str(count)] + [
        f'{found[mode, count][kind]["median_ms"]:.1f}' if (mode, count) in found else '–'
        for mode in modes for kind in ('plan', 'layer')] for count in cores]
    titles = [f'modes of {mode}, {kind}, ms' for mode in modes for kind in ('plan', 'layer')]
    return '\n\n'.join([
        '### Building a layer',
        'The time to choose the plan alone, and to build the layer with its plan '
        '([`build_time.json`](results/build_time.json)):', _table(['cores'] + titles, lines)])


def _network_text(network):
    return ('### A whole network\n\nA training step of the wide network of the first paper (3072, '
            '262144, 4096, 10 units, with batch normalization and ReLU) takes '
            f'{network["auto"]["median_ms"]:.0f} ms, and {network["ratio"]:.2f} times as long with '
            'the chain ([`network.json`](results/network.json)).')


def _memory_text(memory):
    peaks = memory['peak_mb']
    auto, recompute = (100 * peaks[name] / peaks['chain'] for name in ('auto', 'recompute'))
    return ('### Memory\n\nA training step of `wideA` followed by `wideB` needs '
            f"{auto:.0f} % of the chain's memory, and {recompute:.0f} % with `recompute=True` "
            '([`memory.json`](results/memory.json)).')


def _sweep_text(sweep):
    slow = f'{sweep["slow"]} are' if sweep['slow'] else 'none is'
    return (f'### Random layers\n\nOf {len(sweep["cases"])} random layers, {slow} slower than with '
            'the chain by more than 10 % and 50 µs in two measurements. The median layer is '
            f'{sweep["median_speedup"]:.1f} times faster than with the chain '
            '([`sweep.json`](results/sweep.json)).')


def _ratio(entry, others):
    """Time of the fastest of the others that were timed over ours."""
    found = [entry[other]['median_ms'] for other in others if other in entry]
    return f'{min(found) / entry["auto"]["median_ms"]:.2f}' if found else '–'


def _pair(cells):
    cells = list(cells)
    return '–' if set(cells) == {'–'} else ' / '.join(cells)


def _table(titles, lines):
    rows = [titles, ['---'] * len(titles)] + lines
    return '\n'.join(f'| {" | ".join(row)} |' for row in rows)


if __name__ == '__main__':
    run(main, make_parser(__doc__))
