"""The workloads that the engine is measured on."""

from collections import namedtuple

import numpy as np


class TTWorkload(namedtuple('TTWorkload', [
        'name', 'inp_modes', 'out_modes', 'rank', 'batch_size'])):
    """A TT-layer with the same rank at every bond."""

    @property
    def ranks(self):
        """TT-ranks, ones at both ends."""
        return (1,) + (self.rank,) * (len(self.inp_modes) - 1) + (1,)

    @property
    def inp_size(self):
        """Number of inputs."""
        return int(np.prod(self.inp_modes))

    @property
    def out_size(self):
        """Number of outputs."""
        return int(np.prod(self.out_modes))

    @property
    def parameters(self):
        """Number of parameters in the cores."""
        return sum(i * o * left * right for i, o, left, right in zip(
            self.inp_modes, self.out_modes, self.ranks[:-1], self.ranks[1:]))

    @property
    def has_dense(self):
        """Whether a dense layer of these sizes fits the memory and can be compared."""
        return self.inp_size * self.out_size <= 2**27


ConvWorkload = namedtuple('ConvWorkload', ['name', 'window', 'inp_ch_modes', 'out_ch_modes',
                                           'ranks', 'image', 'batch_size'])

VGG = ((2, 7, 8, 8, 7, 4), (4, 4, 4, 4, 4, 4))

TT_WORKLOADS = [
    TTWorkload('vgg1', *VGG, rank=4, batch_size=1),
    TTWorkload('vgg100', *VGG, rank=4, batch_size=100),
    TTWorkload('mnist100', (4, 8, 8, 4), (4, 8, 8, 4), rank=8, batch_size=100),
    TTWorkload('fc41', (8, 8, 8, 16), (4, 6, 8, 8), rank=40, batch_size=100),
    TTWorkload('wideA', (4, 4, 4, 4, 4, 3), (8,) * 6, rank=10, batch_size=100),
    TTWorkload('wideB', (8,) * 6, (4,) * 6, rank=10, batch_size=100),
]

CONV_WORKLOADS = [
    ConvWorkload('conv5x5_192_250', (5, 5), (2, 4, 4, 6), (5, 5, 2, 5), (3, 2, 2, 3, 1), 32, 30),
    ConvWorkload('conv3x3_64_64', (3, 3), (4, 4, 4), (4, 4, 4), (16, 16, 16, 1), 32, 100),
    ConvWorkload('conv3x3_128_128', (3, 3), (4, 8, 4), (4, 8, 4), (23, 23, 23, 1), 16, 100),
]
