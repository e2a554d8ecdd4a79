"""What is asked for of a layer of a checkpoint that is to be converted."""

from __future__ import annotations

from typing import Any, Dict, NamedTuple, Optional

from tensornet.annotations import Modes

FORMATS = ('tt', 'tt_conv', 'tt_conv_direct', 'tt_embedding')


class Request(NamedTuple):
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
