"""The TT-ranks of a layer whose inner ranks are all alike."""


def full_ranks(rank, modes):
    """All TT-ranks where the inner ones are the same.

    Args:
        rank: the inner ranks, an int.
        modes: list of modes.

    Returns:
        List of one rank more than there are modes, the first and the last 1.
    """
    return [1] + [rank] * (len(modes) - 1) + [1]
