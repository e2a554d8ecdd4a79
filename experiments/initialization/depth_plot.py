"""The input and the picture of the comparison of initializers."""
import numpy as np

from experiments.common.figures import new_figure, save_figure


def standardized(images):
    """Images as float32 `[size, pixels]` of mean zero and variance one, over all pixels."""
    features = images.reshape(len(images), -1).astype(np.float32)
    features -= features.mean()
    return features / features.std()


def draw(path, results):
    """Draws signal against depth and loss against epochs.

    Args:
        path: the PNG file to write.
        results: dict from the initializer's name to a dict with `signal`, a list over the
            layers, and `loss`, a list over the epochs.
    """
    figure = new_figure(10, 4)
    depth, loss = figure.subplots(1, 2)
    for name, numbers in results.items():
        depth.plot(range(len(numbers['signal'])), numbers['signal'], marker='.', label=name)
        loss.plot(range(1, len(numbers['loss']) + 1), numbers['loss'], label=name)
    depth.set_yscale('log')
    depth.set_xlabel('layer')
    depth.set_ylabel('mean square of its output')
    depth.set_title('before training')
    loss.set_xlabel('epoch')
    loss.set_ylabel('training loss')
    loss.set_title('training')
    for axes in (depth, loss):
        axes.grid(True, alpha=0.3)
        axes.legend()
    save_figure(figure, path)
