"""The results of a run as text and as a picture."""

import numpy as np

from benchmarks.floors import PHASES
from tensornet.whole_file import whole_file

OTHERS = ('chain', 'dense', 'full', 'low_rank', 't3f', 'einsum_greedy', 'einsum_optimal',
          'tensorly', 'torch_dense')
# Told apart without colours.
MARKERS = dict(zip(OTHERS, 'os^v*<>dx'))


def header():
    """Returns the head of the table."""
    return f'{"workload":<16} {"phase":<8} {"auto, ms":>10}' + ''.join(
        f' {other:>14}' for other in OTHERS + ('bound',))


def row(workload, phase, entry):
    """Returns a row of the table: our time, and how many times longer each other one takes.

    Args:
        workload: name.
        phase: 'forward' or 'training'.
        entry: dictionary from names of alternatives to summaries with `median_ms`; others are
            `profile_ms` and, where there is one, `roofline`, see `machine_bound`.
    """
    ours = entry['auto']['median_ms']
    cells = [f'{workload:<16} {phase:<8} {ours:10.3f}']
    cells += [f'{entry[other]["median_ms"] / ours:13.2f}x' if other in entry else f'{"-":>14}'
              for other in OTHERS]
    cells.append(f'{entry["roofline"]["bound_ms"] / ours:13.2f}x' if 'roofline' in entry
                 else f'{"-":>14}')
    return ' '.join(cells)


def floor_line(floor):
    """Returns a line that compares a measured speed-up with the one asked for."""
    return (f'{"ok" if floor.reached else "LOW":<4} {floor.workload:<16} {floor.phase:<8} over '
            f'{floor.over:<24} {floor.ratio:6.2f}, at least {floor.floor:.2f}')


def draw(target, workloads):
    """Draws the time of the alternatives over that of plan='auto' into a PNG, atomically.

    Args:
        target: path of the picture.
        workloads: dictionary from names to phases to entries as in `row`.
    """
    import matplotlib
    matplotlib.use('Agg')
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(13, 4.5), sharey=True)
    for axis, phase in zip(axes, PHASES):
        names = [name for name in workloads if phase in workloads[name]]
        others = [other for other in OTHERS
                  if any(other in workloads[name][phase] for name in names)]
        for k, other in enumerate(others):
            ratios = [workloads[name][phase].get(other, {}).get('median_ms', np.nan)
                      / workloads[name][phase]['auto']['median_ms'] for name in names]
            axis.plot(np.arange(len(names)) + (k - len(others) / 2 + 0.5) * 0.8 / len(others),
                      ratios, MARKERS[other], linestyle='none', markersize=5, label=other)
        for border in np.arange(len(names) - 1) + 0.5:
            axis.axvline(border, color='0.85', linewidth=0.8)
        axis.set_xticks(np.arange(len(names)))
        axis.set_xticklabels(names, rotation=40, ha='right')
        axis.set_yscale('log')
        axis.axhline(1, color='black', linewidth=0.8)
        axis.set_title(phase)
    axes[0].set_ylabel("time over that of plan='auto'")
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc='upper center', ncol=len(OTHERS),
                  fontsize='small')
    figure.tight_layout(rect=(0, 0, 1, 0.93))
    with whole_file(target) as path:
        figure.savefig(path, format='png', dpi=110)
    plt.close(figure)
