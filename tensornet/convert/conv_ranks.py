"""The ranks argument of `tt_conv`, in which the bond to the filters comes first."""
from tensornet.tt.arguments import check_integers, product


def check_conv_ranks(function, ranks, modes, window):
    """Returns checked TT-ranks `r_0..r_d`, the last 1.

    Args:
        function: name of the public function, for the messages.
        ranks: the argument, [d + 1].
        modes: modes of the train, the number of pixels of the window first, [d + 1].
        window: height and width of the window, for the message.

    Raises:
        ValueError, TypeError: they are wrong, or larger than the kernel admits.
    """
    ranks = check_integers(function, 'ranks', ranks)
    if len(ranks) != len(modes) or ranks[-1] != 1:
        raise ValueError(
            f'{function}: `ranks` must be r_0..r_{len(modes) - 1}, of which the last is 1, but '
            f'they are {ranks}; r_0 is that of the filters')
    reached = 1
    for k, rank in enumerate(ranks[:-1]):
        reached *= modes[k]
        most = min(reached, product(modes[k + 1:]))
        if rank > most:
            raise ValueError(
                f'{function}: `ranks[{k}]` is {rank} in {ranks}, but a window of '
                f'{window[0]}x{window[1]}, modes {modes[1:]} and the ranks before it admit at most '
                f'{most}; lower it')
        reached = rank
    return ranks
