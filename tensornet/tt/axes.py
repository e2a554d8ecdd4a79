"""The modes of an array in another order, also where they are more than an array has axes."""


def permuted(array, modes, order):
    """Reshapes an array to its modes and transposes it.

    Modes of size 1 become no axes: NumPy has 32 of them, or 64, and 17 pairs of modes are more.

    Args:
        array: array with `prod(modes)` elements.
        modes: mode sizes, row-major.
        order: the positions of all modes in their new order.

    Returns:
        Array whose axes are the modes larger than 1 in the new order; a view where a reshape is.
    """
    axes = [position for position, mode in enumerate(modes) if mode > 1]
    array = array.reshape([modes[position] for position in axes])
    return array.transpose([axes.index(position) for position in order if modes[position] > 1])
