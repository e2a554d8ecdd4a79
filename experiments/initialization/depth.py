"""Compares initializers on a network of ten TT-layers, on the digits in the repository.

Draws how the signal changes from layer to layer before training, and how the training loss
falls: a PNG file, and a JSON file with its numbers beside it. It takes about a minute.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))

from absl import flags

from experiments.common.command_line import say
from experiments.common.errors import DivergenceError
from experiments.common.flag_types import check_file_flag, check_positive
from experiments.common.script import run_script
from experiments.common.tensorflow_import import import_tensorflow

FLAGS = flags.FLAGS
FLAG_GROUPS = [('Comparison', ['epochs', 'batch_size', 'learning_rate', 'draws', 'output'])]


def main():
    """Measures, draws and prints."""
    import_tensorflow()
    from experiments.common.digits import load_digits
    from experiments.initialization import deep_network, depth_plot
    from tensornet.whole_file import write_json

    data = load_digits()
    features = depth_plot.standardized(data.train_images)
    results = {}
    for scheme in deep_network.SCHEMES:
        signal = deep_network.signal(features[:200], scheme, FLAGS.draws, seed=1)
        try:
            curve = deep_network.training_curve(
                features, data.train_labels, scheme, FLAGS.epochs, FLAGS.batch_size,
                FLAGS.learning_rate, seed=1)
        except DivergenceError as diverged:
            raise DivergenceError(f'{scheme}: {diverged}; pass a lower --learning_rate'
                                  ) from diverged
        results[scheme] = {'signal': signal, 'loss': curve}
        say(f'{scheme}: mean square {signal[0]:.3g} at the input, {signal[-1]:.3g} after '
            f'{deep_network.LAYERS} layers; loss {curve[0]:.3f} in the first epoch, '
            f'{curve[-1]:.3f} in the last')
    os.makedirs(os.path.dirname(os.path.abspath(FLAGS.output)), exist_ok=True)
    write_json(os.path.splitext(FLAGS.output)[0] + '.json', results)
    depth_plot.draw(FLAGS.output, results)
    say(f'the plot is {FLAGS.output}')


def define_flags():
    """Defines this script's flags."""
    flags.DEFINE_integer('epochs', 20, 'passes over the training images', lower_bound=1)
    flags.DEFINE_integer('batch_size', 50, 'images in a training step', lower_bound=1,
                         upper_bound=1437)
    flags.DEFINE_float('learning_rate', 0.01, 'learning rate of momentum')
    flags.DEFINE_integer('draws', 10, 'draws to average the signal over', lower_bound=1)
    flags.DEFINE_string('output', 'logs/initializers.png', 'the PNG file to write')
    check_positive('learning_rate')
    check_file_flag('output')
    # The name of the JSON file is made from it.
    flags.register_validator('output', lambda path: path.lower().endswith('.png'),
                             message='expected a name that ends in .png')


if __name__ == '__main__':
    run_script(main, define_flags, __doc__, FLAG_GROUPS)
