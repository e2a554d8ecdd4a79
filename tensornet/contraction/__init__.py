"""How the cores of a TT-matrix meet a batch: the computation of the layers, without variables."""

from tensornet.contraction.chain import chain
from tensornet.contraction.convolution import convolve_by_core, convolve_full
from tensornet.contraction.kernel import direct_kernel, kernel

__all__ = ['chain', 'convolve_by_core', 'convolve_full', 'direct_kernel', 'kernel']
