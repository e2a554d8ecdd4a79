"""What one layer costs."""

from collections import namedtuple

from tensornet.tt.arguments import product

_FIELDS = ['scope', 'kind', 'weights', 'weight_bytes', 'dense_parameters', 'inp_modes',
           'out_modes', 'inp_size', 'out_size', 'window', 'ranks', 'flops_per_sample',
           'flops_per_run', 'plan', 'seconds', 'batch_size', 'image', 'training', 'dtype',
           'calls']


class LayerCost(namedtuple('LayerCost', _FIELDS, defaults=[None] * (len(_FIELDS) - 5) + [1])):
    """What one layer costs. None stands for what is not known, and for what a layer has not.

    Attributes:
        scope: full name of its variable scope.
        kind: name of its function in `tensornet.layers`; 'embedding' for a dense table, 'other' for
            variables of no layer. Where only variables tell, 'tt_conv' may be 'tt_conv_full' or
            'tt_conv1d_full' as well, and 'tt' a 'tt_embedding', whose table is transposed.
        weights: dict from the names of its variables below the scope to their shapes, without
            moving statistics and constants.
        weight_bytes: bytes of these variables as they are stored.
        dense_parameters: numbers that the dense layer of the same sizes has.
        inp_modes, out_modes: lists of modes; a dense layer has one of each.
        inp_size, out_size: how many inputs and outputs, or channels, there are of those that the
            modes multiply to.
        window: height and width of the window of a convolution.
        ranks: list of TT-ranks.
        flops_per_sample: operations of the forward pass for each row, image or id; a multiply-add
            counts two.
        flops_per_run: those of each run beside, that merge the cores, whatever the batch.
        plan: how a TT layer is computed, in words.
        seconds: estimated time of one run for `batch_size` samples, with the gradients if
            `training`.
        batch_size, image: number of samples, and height and width of the images, that the time is
            estimated for.
        training: whether the estimate counts the gradients as well.
        dtype: name of the type that the layer computes in.
        calls: how often the layer was built with these variables.
    """

    __slots__ = ()

    @property
    def parameters(self):
        """How many numbers the weights hold."""
        return sum(product(shape) for shape in self.weights.values())

    @property
    def compression(self):
        """How many times more parameters the dense layer has."""
        if self.dense_parameters is None or not self.parameters:
            return None
        return self.dense_parameters / self.parameters

    def as_dict(self):
        """Returns all attributes as a dict of JSON values."""
        return dict(self._asdict(), parameters=self.parameters, compression=self.compression)
