"""Network 2 as in TT-conv-TT-fc and as small, with most weights in the convolutions.

At the paper's ranks 71 % of all parameters are in the fully-connected layers, which lose little at
much lower ranks; see experiments/README.md. Here they have rank 16, and each convolution keeps half
of its weights. For 82.91 times fewer parameters: `fc_ranks` [[1, 12, 12, 12, 1], [1, 12, 12, 12,
1]], and 21, 26, 29, 29 and 29 in the second place of the convolutions' `ranks`.
"""
from experiments.cifar10_conv import architecture
from experiments.cifar10_conv.augmentation import aug_eval, aug_train, aug_train_batch
from experiments.cifar10_conv.classification import evaluation, losses

__all__ = ['aug_eval', 'aug_train', 'aug_train_batch', 'evaluation', 'inference', 'losses', 'opts']

opts = {
    'learning_rate': 0.03,
    'dense_network': 'conv-fc.py',
    'inp_modes': {'1.2': [4, 4, 4], '2.1': [4, 4, 4], '2.2': [4, 8, 4], '3.1': [4, 8, 4],
                  '3.2': [4, 8, 4]},
    'out_modes': {'1.2': [4, 4, 4], '2.1': [4, 8, 4], '2.2': [4, 8, 4], '3.1': [4, 8, 4],
                  '3.2': [4, 8, 4]},
    'ranks': {'1.2': [9, 45, 16, 1], '2.1': [9, 55, 16, 1], '2.2': [9, 62, 16, 1],
              '3.1': [9, 62, 16, 1], '3.2': [9, 62, 16, 1]},
    'fc_inp_modes': [[8, 8, 8, 16], [4, 6, 8, 8]],
    'fc_out_modes': [[4, 6, 8, 8], [4, 4, 4, 8]],
    'fc_ranks': [[1, 16, 16, 16, 1], [1, 16, 16, 16, 1]],
}


def inference(images, train_phase, cpu_variables=False):
    """Adds the network; see `architecture.network_2`."""
    convolution = architecture.tt_convolution(opts['inp_modes'], opts['out_modes'], opts['ranks'])
    fully_connected = architecture.tt_layer(opts['fc_inp_modes'], opts['fc_out_modes'],
                                            opts['fc_ranks'])
    return architecture.network_2(images, train_phase, cpu_variables, convolution,
                                  fully_connected)
