"""What a caller asks for: the conversion of one layer of a checkpoint."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional, Sequence

from tensornet.annotations import Modes
from tensornet.convert.layer_formats import FORMATS
from tensornet.convert.target import check_target_dict
from tensornet.tt.arguments import check_flag, check_list, shown
from tensornet.wording import errors_of_caller


class Request(NamedTuple):
    """One layer to convert.

    Attributes:
        layer: scope of a dense or TT layer, or the name of dense weights.
        format: 'tt', 'tt_conv', 'tt_conv_direct' or 'tt_embedding'. None stands for 'tt' where the
            weights are a matrix, 'tt_embedding' where they have the name of a table, and 'tt_conv'
            where they are a kernel. A TT layer keeps its format. But a 'tt_embedding' has the
            same variables as a 'tt', so it must be named here; its inputs are then the rows of the
            table, its outputs the columns.
        inp_modes, out_modes: lists of modes. For a dense layer suitable ones are found where they
            are None. For a TT layer they are those that it has, which may be None where the shapes
            of its cores tell them. A 'tt_conv_direct' takes none.
        cores: number of cores to find modes for; None leaves it open.
        pad: whether given modes may multiply to more than the sizes of the layer.
        target: dict with one or more of `ranks`, `eps`, `max_rank`, `compression`, `parameters`;
            see `tt_from_dense`, and for TT layers `round_layer`. For a TT layer `ranks` alone may
            be higher than those it has, see `grow_layer`; beside another target they are limits.
        new_inp_modes, new_out_modes: modes that a TT layer is to get, see `change_modes`.
        noise: noise for new ranks of a TT layer, see `grow_layer`.
        inp_size, out_size: arguments of a padded TT layer, for a convolution those called `inp_ch`
            and `out_ch`. None stands for the product of its modes, or for as many outputs as there
            are biases.
        fit: dict of the `inputs` of a dense layer and of other arguments of `fit_to_inputs`. Cores
            and biases are then fitted to these inputs. Here `following` is the scope of the next
            layer, or the name of its weights. None converts the weights alone.
    """

    layer: str
    format: Optional[str] = None
    inp_modes: Optional[Modes] = None
    out_modes: Optional[Modes] = None
    cores: Optional[int] = None
    pad: bool = False
    target: Optional[Dict[str, Any]] = None
    new_inp_modes: Optional[Modes] = None
    new_out_modes: Optional[Modes] = None
    noise: float = 0.
    inp_size: Optional[int] = None
    out_size: Optional[int] = None
    fit: Optional[Dict[str, Any]] = None


def check_requests(function: str, requests: Sequence[Request]) -> List[Request]:
    """Returns requests as a list, whose names, formats, flags and targets are of the right kind.

    Args:
        function: name of the public function, for the messages.
        requests: its argument.

    Raises:
        ValueError, TypeError: it is no list of `Request`, or empty, or a field is wrong.
    """
    example = "[Request('fc', target=dict(ranks=8))]"
    if isinstance(requests, Request):
        raise TypeError(f'{function}: `requests` must be a list of Request, but it is '
                        f'{shown(requests)}; pass it in a list')
    listed = check_list(function, 'requests', requests, 'Request', example)
    if not listed:
        raise ValueError(f'{function}: `requests` must hold one Request for each layer to convert, '
                         f'but it is empty; pass a list such as {example}')
    for k, request in enumerate(listed):
        if not isinstance(request, Request):
            raise TypeError(f'{function}: `requests[{k}]` must be a Request, but it is '
                            f'{shown(request)}; pass a list such as {example}')
        if not isinstance(request.layer, str):
            raise TypeError(f'{function}: `layer` of `requests[{k}]` must be the name of a layer, '
                            f'but it is {shown(request.layer)}; pass its scope')
        if request.format not in (None, *FORMATS):
            raise ValueError(
                f'`layer` {request.layer}: `format` must be None or one of {", ".join(FORMATS)}, '
                f'but it is {shown(request.format)}; pass one of these: tt_conv is also for '
                'tt_conv_full and tt_conv1d_full, tt_embedding for tt_embedding_bag')
        with errors_of_caller({}, f'`layer` {request.layer}: '):
            check_flag(function, 'pad', request.pad)
            check_target_dict(function, 'target', request.target)
    return listed
