"""Network 2 with convolutions in the TT format."""
from experiments.cifar10_conv import architecture
from experiments.cifar10_conv.augmentation import aug_eval, aug_train, aug_train_batch
from experiments.cifar10_conv.classification import evaluation, losses

__all__ = ['aug_eval', 'aug_train', 'aug_train_batch', 'evaluation', 'inference', 'losses', 'opts']

opts = {
    'learning_rate': 0.1,
    'dense_network': 'conv-fc.py',
    'inp_modes': {'1.2': [4, 4, 4], '2.1': [4, 4, 4], '2.2': [4, 8, 4], '3.1': [4, 8, 4],
                  '3.2': [4, 8, 4]},
    'out_modes': {'1.2': [4, 4, 4], '2.1': [4, 8, 4], '2.2': [4, 8, 4], '3.1': [4, 8, 4],
                  '3.2': [4, 8, 4]},
    'ranks': {'1.2': [16, 16, 16, 1], '2.1': [16, 16, 16, 1], '2.2': [16, 16, 16, 1],
              '3.1': [16, 16, 16, 1], '3.2': [16, 16, 16, 1]},
}


def inference(images, train_phase, cpu_variables=False):
    """Adds the network; see `architecture.network_2`."""
    convolution = architecture.tt_convolution(opts['inp_modes'], opts['out_modes'], opts['ranks'])
    return architecture.network_2(images, train_phase, cpu_variables, convolution,
                                  architecture.dense_layer())
