"""Network 1 with kernels decomposed over height, width, input and output channels (naive).

The paper gives no ranks; these have the compression of its second row, 2.90.
"""
from experiments.cifar10_conv import architecture
from experiments.cifar10_conv.augmentation import aug_eval, aug_train, aug_train_batch
from experiments.cifar10_conv.classification import evaluation, losses

__all__ = ['aug_eval', 'aug_train', 'aug_train_batch', 'evaluation', 'inference', 'losses', 'opts']

opts = {
    'learning_rate': 0.1,
    'dense_network': 'conv.py',
    'ranks': {'1.2': [1, 3, 9, 37, 1], '2.1': [1, 3, 9, 36, 1], '2.2': [1, 3, 9, 36, 1],
              '3.1': [1, 3, 9, 36, 1], '3.2': [1, 3, 9, 36, 1]},
}


def inference(images, train_phase, cpu_variables=False):
    """Adds the network; see `architecture.network_1`."""
    convolution = architecture.naive_tt_convolution(opts['ranks'])
    return architecture.network_1(images, train_phase, cpu_variables, convolution)
