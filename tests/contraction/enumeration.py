"""All ways to contract d cores, written out."""

import itertools

from tensornet.contraction import plan


def groupings(d):
    """Yields every way to split d cores into groups of neighbours, as lists of their sizes."""
    for cuts in range(d):
        for places in itertools.combinations(range(1, d), cuts):
            bounds = (0,) + places + (d,)
            yield [end - begin for begin, end in zip(bounds[:-1], bounds[1:])]


def groups_and_orders(d):
    """Yields every grouping with every order of taking the groups; there are 3^(d-1)."""
    for groups in groupings(d):
        for order in itertools.product(['left', 'right'], repeat=len(groups) - 1):
            yield groups, list(order)


def all_plans(inp_modes, out_modes, ranks, batch_size, **setting):
    """Returns the plans for every grouping and order; the chain is not among them."""
    return [plan(inp_modes, out_modes, ranks, batch_size, groups=groups, order=order, **setting)
            for groups, order in groups_and_orders(len(inp_modes))]


def covering_plans(inp_modes, out_modes, ranks, batch_size, **setting):
    """Returns few plans that contain every contraction which any plan contains.

    A plan is nothing but its contractions one after another, and what a contraction computes does
    not depend on how its input came about.
    """
    plans = all_plans(inp_modes, out_modes, ranks, batch_size, **setting)
    missing = {contraction for plan in plans for contraction in contractions(plan)}
    chosen = []
    while missing:
        news = [len(missing.intersection(contractions(plan))) for plan in plans]
        chosen.append(plans[news.index(max(news))])
        missing.difference_update(contractions(chosen[-1]))
    return chosen


def contractions(plan):
    """Lists the contractions of a plan.

    Returns:
        List of `(left, right, first, last)`: the cores left..right-1 are not yet contracted, and
        the cores first..last-1 are now. Cores are counted from 0.
    """
    groups = list(plan.groups)
    left, right = 0, sum(groups)
    result = []
    for side in plan.order + ('left',):
        if side == 'left':
            first, last = left, left + groups.pop(0)
        else:
            first, last = right - groups.pop(), right
        result.append((left, right, first, last))
        left, right = (last, right) if side == 'left' else (left, first)
    return result
