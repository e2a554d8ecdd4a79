"""Network 1: six convolutions, dense."""
from experiments.cifar10_conv import architecture
from experiments.cifar10_conv.augmentation import aug_eval, aug_train, aug_train_batch
from experiments.cifar10_conv.classification import evaluation, losses

__all__ = ['aug_eval', 'aug_train', 'aug_train_batch', 'evaluation', 'inference', 'losses', 'opts']

opts = {'learning_rate': 0.1}


def inference(images, train_phase, cpu_variables=False):
    """Adds the network; see `architecture.network_1`."""
    return architecture.network_1(images, train_phase, cpu_variables,
                                  architecture.dense_convolution())
