"""What one layer costs."""

from typing import Dict, List, NamedTuple, Optional

from tensornet.tt.arguments import product


class LayerCost(NamedTuple):
    """What one layer costs. None stands for what is unknown or does not apply.

    Attributes:
        scope: full name of its variable scope.
        kind: name of its function in `tensornet.layers`; 'embedding' for a dense table, 'other' for
            variables of no layer. Where only the variables are known, 'tt_conv' also stands for
            'tt_conv_full' and 'tt_conv1d_full', and 'tt' for 'tt_embedding', with its table
            transposed.
        weights: dict from the names of its variables below the scope to their shapes, without
            moving statistics and constants.
        weight_bytes: bytes of these variables as they are stored.
        dense_parameters: number of parameters of the dense layer of the same sizes.
        inp_modes, out_modes: lists of modes; a dense layer has one of each.
        inp_size, out_size: number of inputs and outputs, or channels, of the layer; its modes may
            multiply to more.
        window: height and width of the window of a convolution.
        ranks: list of TT-ranks.
        flops_per_sample: operations of the forward pass for each row, image or id; a multiply-add
            counts as two.
        flops_per_run: further operations that each run takes to merge the cores, whatever the
            batch.
        plan: how a TT layer is computed, in words.
        seconds: estimated time of one run for `batch_size` samples, including the gradients if
            `training`.
        batch_size, image: number of samples, and height and width of the images, for which the
            time is estimated.
        training: whether the estimate includes the gradients.
        dtype: name of the type that the layer computes in.
        calls: how often the layer was built with these variables.
    """

    scope: str
    kind: str
    weights: Dict[str, List[int]]
    weight_bytes: int
    dense_parameters: Optional[int]
    inp_modes: Optional[List[int]] = None
    out_modes: Optional[List[int]] = None
    inp_size: Optional[int] = None
    out_size: Optional[int] = None
    window: Optional[List[int]] = None
    ranks: Optional[List[int]] = None
    flops_per_sample: Optional[int] = None
    flops_per_run: Optional[int] = None
    plan: Optional[str] = None
    seconds: Optional[float] = None
    batch_size: Optional[int] = None
    image: Optional[List[int]] = None
    training: Optional[bool] = None
    dtype: Optional[str] = None
    calls: int = 1

    @property
    def parameters(self):
        """How many elements the weights have."""
        return sum(product(shape) for shape in self.weights.values())

    @property
    def compression(self):
        """Parameters of the dense layer divided by those of this one, or None."""
        if self.dense_parameters is None or not self.parameters:
            return None
        return self.dense_parameters / self.parameters

    def as_dict(self):
        """Returns all attributes as a dict of JSON values."""
        return dict(self._asdict(), parameters=self.parameters, compression=self.compression)
