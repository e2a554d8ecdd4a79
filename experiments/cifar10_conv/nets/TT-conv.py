"""Network 1 with convolutions in the TT format, 3.23 times fewer parameters."""
from experiments.cifar10_conv import architecture
from experiments.cifar10_conv.augmentation import aug_eval, aug_train, aug_train_batch
from experiments.cifar10_conv.classification import evaluation, losses

__all__ = ['aug_eval', 'aug_train', 'aug_train_batch', 'evaluation', 'inference', 'losses', 'opts']

opts = {
    'learning_rate': 0.1,
    'dense_network': 'conv.py',
    'inp_modes': {'1.2': [4, 4, 4], '2.1': [4, 4, 4], '2.2': [4, 8, 4], '3.1': [4, 8, 4],
                  '3.2': [4, 8, 4]},
    'out_modes': {'1.2': [4, 4, 4], '2.1': [4, 8, 4], '2.2': [4, 8, 4], '3.1': [4, 8, 4],
                  '3.2': [4, 8, 4]},
    'ranks': {'1.2': [22, 20, 20, 1], '2.1': [27, 22, 22, 1], '2.2': [23, 23, 23, 1],
              '3.1': [23, 23, 23, 1], '3.2': [23, 23, 23, 1]},
}


def inference(images, train_phase, cpu_variables=False):
    """Adds the network; see `architecture.network_1`."""
    convolution = architecture.tt_convolution(opts['inp_modes'], opts['out_modes'], opts['ranks'])
    return architecture.network_1(images, train_phase, cpu_variables, convolution)
