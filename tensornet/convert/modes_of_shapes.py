"""The modes of a TT layer, as far as the shapes of its cores tell."""
from tensornet.tt.arguments import product


def modes_of_shapes(shapes, first_rank=1, out_size=None):
    """Finds modes that the cores `[o_k * r_k, r_{k-1} * i_k]` of a layer may have.

    Args:
        shapes: list of the shapes of the cores.
        first_rank: r_0.
        out_size: number of outputs, None where it is not known.

    Returns:
        List of pairs of input and output modes: none where the cores do not fit each other, one
        where the shapes tell the modes, two of them where there are several.
    """
    found = []
    for modes in _modes(shapes, first_rank, out_size):
        found.append(modes)
        if len(found) == 2:
            break
    return found


def _modes(shapes, left, out_size):
    """Yields all modes; the rank left of the first core is known."""
    (rows, columns), rest = shapes[0], shapes[1:]
    if columns % left:
        return
    for right in _divisors(rows) if rest else [1]:
        out = rows // right
        if out_size is not None and out_size % out:
            continue
        if not rest:
            if out_size in (None, out):
                yield [columns // left], [out]
            continue
        # What remains must be there in the rows of the other cores.
        size = None if out_size is None else out_size // out
        if size is not None and product(shape[0] for shape in rest) < size:
            continue
        for inp_modes, out_modes in _modes(rest, right, size):
            yield [columns // left] + inp_modes, [out] + out_modes


def _divisors(number):
    return [divisor for divisor in range(1, number + 1) if number % divisor == 0]
