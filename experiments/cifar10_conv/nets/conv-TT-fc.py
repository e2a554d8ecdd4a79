"""Network 2 with fully-connected layers in the TT format."""
from experiments.cifar10_conv import architecture
from experiments.cifar10_conv.augmentation import aug_eval, aug_train, aug_train_batch
from experiments.cifar10_conv.classification import evaluation, losses

__all__ = ['aug_eval', 'aug_train', 'aug_train_batch', 'evaluation', 'inference', 'losses', 'opts']

opts = {
    'learning_rate': 0.1,
    'dense_network': 'conv-fc.py',
    'fc_inp_modes': [[8, 8, 8, 16], [4, 6, 8, 8]],
    'fc_out_modes': [[4, 6, 8, 8], [4, 4, 4, 8]],
    'fc_ranks': [[1, 40, 40, 40, 1], [1, 30, 30, 30, 1]],
}


def inference(images, train_phase, cpu_variables=False):
    """Adds the network; see `architecture.network_2`."""
    fully_connected = architecture.tt_layer(opts['fc_inp_modes'], opts['fc_out_modes'],
                                            opts['fc_ranks'])
    return architecture.network_2(images, train_phase, cpu_variables,
                                  architecture.dense_convolution(), fully_connected)
