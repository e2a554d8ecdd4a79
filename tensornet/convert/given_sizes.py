"""The sizes of a layer that a request states."""
from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.tt.arguments import check_integer


def given_sizes(request):
    """Returns the `inp_size` and `out_size` of a `Request`, each an int or None.

    Raises:
        ValueError, TypeError: one is no positive integer.
    """
    return [None if size is None else check_integer('convert_checkpoint', name, size)
            for name, size in (('inp_size', request.inp_size), ('out_size', request.out_size))]


def check_known_sizes(request, known, known_by):
    """Checks that the sizes of a request, where given, are those that a layer has.

    Args:
        request: `Request`.
        known: number of inputs and of outputs, or channels; None where it is not known.
        known_by: what tells them, for the message.

    Raises:
        CheckpointError: one is another.
        ValueError, TypeError: one is no positive integer.
    """
    for option, size, right in zip(('`inp_size`', '`out_size`'), given_sizes(request), known):
        if None not in (size, right) and size != right:
            raise CheckpointError(f'`layer` {request.layer}: {option} is {size}, but {known_by} '
                                  f'have {right}; leave it out')
