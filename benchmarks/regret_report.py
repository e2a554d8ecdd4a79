"""Regrets as text, as JSON values and as a picture.

An entry, one for each case, is a dictionary of JSON values: `regret`, a dictionary from 'auto' and
'measure' to times over that of the fastest plan; `rank_of_best`, the model's rank of that plan, or
None where its operations are not those of the model; `plans`, `tried` and what was left out;
`times` and `plan_names` of the three plans. Of a case that cannot be run it has `skipped` instead.
"""

import numpy as np

from benchmarks.floors import PHASES, REGRET
from benchmarks.regret_cases import DTYPES
from tensornet.whole_file import whole_file

WAYS = ('auto', 'measure')
# Workloads whose regret is above this are named in the picture.
NOTABLE = 1.25


def header():
    """Returns the head of the table of cases."""
    return (f'{"case":<36} {"best, ms":>9} {"auto":>8} {"measure":>8} {"rank":>6} {"plans":>11}  '
            'the fastest')


def case_line(name, entry):
    """Returns the row of a case."""
    if 'skipped' in entry:
        return f'{name:<36} {entry["skipped"]}'
    best, regret = entry['times']['best']['median_ms'], entry['regret']
    tried = f'{entry["plans"] - entry["untried"]} of {entry["plans"]}'
    fastest = entry['plan_names']['best'].split(';')[0]
    return (f'{name:<36} {best:9.3f} {regret["auto"]:7.2f}x {regret["measure"]:7.2f}x '
            f'{entry["rank_of_best"] or "-":>6} {tried:>11}  {fastest}')


def summarize(cases):
    """Summarizes the regrets of each type and phase.

    Args:
        cases: dictionary from names `<layer> <dtype> <phase>` to entries.

    Returns:
        Dictionary from `<dtype> <phase>`, and from 'all', to dictionaries: `cases`, their number;
        `auto` and `measure`, with the `median`, `worst` and `worst_case` of the regret; and
        `median_rank` and `worst_rank` of the fastest plan. Where there is no case there is no
        entry.
    """
    groups = {f'{dtype} {phase}': {
        name: entry for name, entry in cases.items()
        if name.split()[1:] == [dtype, phase]} for dtype in DTYPES for phase in PHASES}
    groups['all'] = cases
    measured = {group: {name: entry for name, entry in members.items() if 'regret' in entry}
                for group, members in groups.items()}
    return {group: _summary(members) for group, members in measured.items() if members}


def _summary(cases):
    result = {'cases': len(cases)}
    for way in WAYS:
        regrets = {name: entry['regret'][way] for name, entry in cases.items()}
        worst = max(regrets, key=regrets.get)
        result[way] = {'median': float(np.median(list(regrets.values()))),
                       'worst': regrets[worst], 'worst_case': worst}
    ranks = [entry['rank_of_best'] for entry in cases.values() if entry['rank_of_best']]
    result['median_rank'] = float(np.median(ranks)) if ranks else None
    result['worst_rank'] = max(ranks, default=None)
    return result


def summary_lines(summaries):
    """Returns the summary as lines of text, with what is asked for."""
    lines = ['time over that of the fastest plan: median, worst']
    for group, found in summaries.items():
        cells = []
        for way in WAYS:
            reached = all(found[way][key] <= bound
                          for key, bound in zip(('median', 'worst'), REGRET[way]))
            median, worst = REGRET[way]
            asked = 'ok' if reached else f'HIGH, at most {median:.2f}, {worst:.2f}'
            cells.append(f"plan='{way}' {found[way]['median']:.2f}, {found[way]['worst']:.2f} "
                         f"({found[way]['worst_case']}) {asked}")
        lines.append(f'{group:<18} {found["cases"]:3} cases: {"; ".join(cells)}')
    return lines


def draw(target, cases):
    """Draws the regrets of all cases, sorted, into a PNG, atomically."""
    import matplotlib
    matplotlib.use('Agg')
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, len(DTYPES) * len(PHASES), figsize=(13, 4), sharey=True)
    for axis, (dtype, phase) in zip(axes, [(d, p) for d in DTYPES for p in PHASES]):
        members = {name.split()[0]: entry['regret'] for name, entry in cases.items()
                   if name.split()[1:] == [dtype, phase] and 'regret' in entry}
        for way, style in (('auto', {'marker': 'o', 'color': '0.45', 'fillstyle': 'none'}),
                           ('measure', {'marker': '^', 'color': 'black', 'markersize': 4})):
            ordered = sorted(members, key=lambda layer: members[layer][way])
            values = [members[layer][way] for layer in ordered]
            axis.plot(np.linspace(0, 1, len(values) + 2)[1:-1], values, linestyle='none',
                      label=f"plan='{way}'", **style)
            for place, (layer, value) in enumerate(zip(ordered, values), start=1):
                if value > NOTABLE:
                    axis.annotate(layer, (place / (len(values) + 1), value), fontsize=7,
                                  xytext=(-4, 0), textcoords='offset points', ha='right',
                                  va='center')
        axis.axhline(1, color='black', linewidth=0.8)
        axis.set_title(f'{dtype}, {phase}')
        axis.set_xticks([0, 0.5, 1])
        axis.set_xticklabels(['', 'median', ''])
        axis.set_xlim(0, 1)
    axes[0].set_yscale('log')
    low, high = axes[0].get_ylim()
    axes[0].set_ylim(min(low, 0.95), max(high, 1.6))
    ticks = [1, 1.1, 1.2, 1.5, 2, 3, 5]
    axes[0].yaxis.set_major_locator(plt.FixedLocator(ticks))
    axes[0].yaxis.set_major_formatter(plt.FuncFormatter(lambda value, _: f'{value:g}'))
    axes[0].yaxis.set_minor_locator(plt.NullLocator())
    axes[0].set_ylabel('time over that of the fastest plan')
    axes[0].legend(loc='upper left', fontsize='small')
    figure.tight_layout()
    with whole_file(target) as path:
        figure.savefig(path, format='png', dpi=110)
    plt.close(figure)
