"""A warning about TT-ranks that are larger than any tensor needs."""
import sys
import warnings

from tensornet.tt.arguments import admitted_ranks

_PACKAGE = __name__.split('.')[0] + '.'


def useless_ranks(where, name, ranks, modes, first_bond=0):
    """Says which ranks exceed the largest useful one of their bond.

    Args:
        where: what the text begins with, the name of a function or of a layer's scope.
        name: name of the argument that holds the ranks.
        ranks: checked TT-ranks of all bonds, [d + 1].
        modes: checked modes of the train, [d].
        first_bond: 1 where the argument begins behind the first mode.

    Returns:
        The text; None where there are no such ranks.
    """
    ranks, maxima = ranks[first_bond:], admitted_ranks(modes)[first_bond:]
    useless = [f'{name}[{k}] is {rank}, but the maximum of that bond is {most}'
               for k, (rank, most) in enumerate(zip(ranks, maxima)) if rank > most]
    if not useless:
        return None
    lowered = [min(rank, most) for rank, most in zip(ranks, maxima)]
    return (f'{where}: some TT-ranks are larger than useful: {", ".join(useless)}; '
            f'{name}={lowered} can do the same with fewer parameters')


def warn(text, category=UserWarning):
    """Warns the caller of the package."""
    level, frame = 2, sys._getframe(1)
    while frame.f_back and frame.f_globals.get('__name__', '').startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    warnings.warn(text, category, stacklevel=level)
