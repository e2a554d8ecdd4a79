"""The seed of an initializer."""

from tensornet.tt.arguments import check_integer

# That of NumPy. TensorFlow's own are of 63 bits, but cores count on from the first.
LARGEST_SEED = 2**32 - 1


def check_seed(function, seed):
    """Returns a seed as int, or None; raises ValueError or TypeError in the name of `function`."""
    if seed is None:
        return None
    return check_integer(function, 'seed', seed, minimum=0, maximum=LARGEST_SEED)
