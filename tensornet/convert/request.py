"""What is asked for of a layer of a checkpoint that is to be converted."""
import collections

from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.tt.arguments import check_integer

FORMATS = ('tt', 'tt_conv', 'tt_conv_direct', 'tt_embedding')


class Request(collections.namedtuple('Request', [
        'layer', 'format', 'inp_modes', 'out_modes', 'cores', 'pad', 'target', 'new_inp_modes',
        'new_out_modes', 'noise', 'inp_size', 'out_size', 'fit'])):
    """One layer to convert.

    Attributes:
        layer: scope of a dense or TT layer, or the name of dense weights.
        format: one of `FORMATS`; None is 'tt' for a matrix, 'tt_embedding' for one that is called
            as tables are, and 'tt_conv' for a kernel. The cores of an embedding look like those of
            a 'tt', so 'tt_embedding' says that a TT layer is one: its inputs are then the rows of
            the table, its outputs the columns.
        inp_modes, out_modes: lists of modes; None has them found, see `search_modes`. Of a TT layer
            those that it has, which may be None where the shapes of its cores tell them.
        cores: number of cores to find modes for, or None.
        pad: whether given modes may multiply to more than the sizes of the layer.
        target: dict with one or more of `ranks`, `eps`, `max_rank`, `compression`, `parameters`;
            see `tt_from_dense`, and for TT layers `round_layer`. Of a TT layer `ranks` may be
            higher than those it has, see `grow_layer`.
        new_inp_modes, new_out_modes: modes that a TT layer is to get, see `change_modes`.
        noise: of the new ranks of a TT layer, see `grow_layer`.
        inp_size, out_size: of a padded TT layer the arguments of these names, or of a convolution
            `inp_ch` and `out_ch`; None is all that its modes multiply to, or as many outputs as
            there are biases.
        fit: dict of the `inputs` of a dense layer, to which the cores and the biases are fitted,
            and of other arguments of `fit_to_inputs`; `following` is the scope of the next layer,
            or the name of its weights. None converts the weights alone.
    """
    __slots__ = ()


Request.__new__.__defaults__ = (
    None, None, None, None, False, None, None, None, 0., None, None, None)


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
