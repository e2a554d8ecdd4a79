"""Network 2 with all its channels in one mode: each kernel is a product of two cores, not of four.

A rank is then how many windows of 3 x 3 the kernel is made of, each with a dense matrix from the
input to the output channels. As in TT-conv-TT-fc-balanced most parameters are in the convolutions.
42.32 times fewer parameters; see experiments/README.md.
"""
from experiments.cifar10_conv import architecture
from experiments.cifar10_conv.augmentation import aug_eval, aug_train, aug_train_batch
from experiments.cifar10_conv.classification import evaluation, losses

__all__ = ['aug_eval', 'aug_train', 'aug_train_batch', 'evaluation', 'inference', 'losses', 'opts']

opts = {
    'learning_rate': 0.03,
    'dense_network': 'conv-fc.py',
    'inp_modes': {'1.2': [64], '2.1': [64], '2.2': [128], '3.1': [128], '3.2': [128]},
    'out_modes': {'1.2': [64], '2.1': [128], '2.2': [128], '3.1': [128], '3.2': [128]},
    'ranks': {'1.2': [5, 1], '2.1': [5, 1], '2.2': [4, 1], '3.1': [4, 1], '3.2': [4, 1]},
    'fc_inp_modes': [[8, 8, 8, 16], [4, 6, 8, 8]],
    'fc_out_modes': [[4, 6, 8, 8], [4, 4, 4, 8]],
    'fc_ranks': [[1, 18, 18, 18, 1], [1, 18, 18, 18, 1]],
}


def inference(images, train_phase, cpu_variables=False):
    """Adds the network; see `architecture.network_2`."""
    convolution = architecture.tt_convolution(opts['inp_modes'], opts['out_modes'], opts['ranks'])
    fully_connected = architecture.tt_layer(opts['fc_inp_modes'], opts['fc_out_modes'],
                                            opts['fc_ranks'])
    return architecture.network_2(images, train_phase, cpu_variables, convolution,
                                  fully_connected)
