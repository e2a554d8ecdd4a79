"""Compresses the dense MNIST network: converts it to TT, fine-tunes, and compares.

Trains the network with a dense layer 1024 -> 1024 and converts this layer to the TT format at
several ranks and errors: by its weights alone, and fitted to training images. Both are measured and
fine-tuned for a few epochs. TT-layers of the same ranks are also trained from scratch, for as many
epochs as fine-tuning takes, and for those of the dense network as well. For each rank and error
another dense network is prepared for its conversion: while it trains, its weights are pulled
towards TT-matrices of these ranks. The table that is printed is also written as compression.md and
compression.json; the picture is compression.png. The same command resumes an interrupted run.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))

from absl import flags

from experiments.common.command_line import say
from experiments.common.computation_flags import COMPUTATION_FLAGS, define_computation_flags
from experiments.common.datasets import DATA_FLAGS, define_data_flags, load_data
from experiments.common.flag_types import (
    check_different,
    check_positive,
    define_integer_list,
)
from experiments.common.report_files import write_report
from experiments.common.run_lock import locked
from experiments.common.script import load_tensorflow, run_script
from experiments.common.training_flags import (
    TRAINING_FLAGS,
    define_training_flags,
    run_options_of_flags,
)
from experiments.mnist.network_flags import (
    EPOCHS,
    EPOCHS_HELP,
    MODES_FLAGS,
    RECIPE_FLAGS,
    define_modes_flags,
    define_recipe_flags,
    options_of_flags,
)

FLAGS = flags.FLAGS
FLAG_GROUPS = [
    ('Compression', MODES_FLAGS + ['ranks', 'eps', 'dense_learning_rate',
                                   'fine_tuning_epochs', 'fine_tuning_learning_rate',
                                   'fit_images', 'fit_steps', 'fitted_learning_rate',
                                   'prepared_learning_rate', 'first_pull', 'last_pull',
                                   'pull_steps']),
    ('Data', DATA_FLAGS),
    ('Training', TRAINING_FLAGS + RECIPE_FLAGS),
    ('Computation', COMPUTATION_FLAGS)]


def main():
    """Loads the data and runs the experiment."""
    load_tensorflow(f'compressing the dense MNIST network, data set {FLAGS.dataset}', FLAGS.log_dir)
    from experiments.mnist import compression, compression_report

    data = load_data(report=say)
    scratch = options_of_flags(EPOCHS[data.name], layer='tt', inp_modes=FLAGS.inp_modes,
                               out_modes=FLAGS.out_modes, ranks=None)
    dense = scratch._replace(layer='dense', learning_rate=FLAGS.dense_learning_rate)
    fine_tuning = scratch._replace(epochs=FLAGS.fine_tuning_epochs,
                                   learning_rate=FLAGS.fine_tuning_learning_rate)
    fitted_tuning = fine_tuning._replace(learning_rate=FLAGS.fitted_learning_rate)
    scratch = scratch._replace(epochs=scratch.epochs + FLAGS.fine_tuning_epochs)
    fit = compression.Fit(FLAGS.fit_images, FLAGS.fit_steps)
    prepared = dense._replace(learning_rate=FLAGS.prepared_learning_rate)
    recipes = compression.Recipes(dense, fine_tuning, fitted_tuning, scratch, prepared)
    pulling = {'first': FLAGS.first_pull, 'last': FLAGS.last_pull, 'every': FLAGS.pull_steps}
    targets = [(f'rank {rank}', {'max_rank': rank}) for rank in FLAGS.ranks]
    targets += [(f'eps {eps}', {'eps': float(eps)}) for eps in FLAGS.eps]
    # Each training locks its own folder; what lies between them is one process's too.
    with locked(FLAGS.log_dir):
        results = compression.compress(data, recipes, targets, fit, pulling,
                                       run_options_of_flags())
        text = compression_report.table(results)
        closing = write_report(FLAGS.log_dir, compression_report.STEM, text, results,
                               compression_report.draw(results))
    say(text)
    say(closing)


def define_flags():
    """Defines this script's flags."""
    define_modes_flags()
    define_integer_list('ranks', '2,4,8,12', 'largest ranks to convert to, one run for each')
    check_different('ranks')
    flags.DEFINE_list('eps', ['0.9', '0.8'], 'relative errors of the weights to convert to, one '
                      'run for each; empty for none')
    # At the rate of the TT-layers the dense network is no better, and its units answer to so few
    # images that hardly any is active in the converted network: fine-tuning then ends worse.
    flags.DEFINE_float('dense_learning_rate', 0.003, 'highest learning rate of the dense network')
    flags.DEFINE_integer('fine_tuning_epochs', 5, 'epochs of fine-tuning', lower_bound=1)
    flags.DEFINE_float('fine_tuning_learning_rate', 0.01, 'highest learning rate of fine-tuning')
    flags.DEFINE_integer('fit_images', 20000, 'the most training images to fit the layer to',
                         lower_bound=1)
    flags.DEFINE_integer('fit_steps', 400, 'gradient steps of a fit', lower_bound=0)
    flags.DEFINE_float('fitted_learning_rate', 0.003, 'highest learning rate of fine-tuning after '
                       'a fit')
    flags.DEFINE_float('prepared_learning_rate', 0.003, 'highest learning rate of a dense network '
                       'that is pulled towards TT-matrices')
    flags.DEFINE_float('first_pull', 0.01, 'share of the way to the TT-matrices that its weights '
                       'move in a step, at the start of the training')
    flags.DEFINE_float('last_pull', 0.1, 'the same at the end')
    flags.DEFINE_integer('pull_steps', 50, 'training steps between two searches for the nearest '
                         'TT-matrix', lower_bound=1)
    define_data_flags()
    define_training_flags(
        epochs=None, batch_size=100, learning_rate=0.01, log_dir='logs/mnist_compress',
        epochs_help=EPOCHS_HELP)
    define_recipe_flags()
    define_computation_flags()
    flags.register_validator('eps', _are_errors, message='expected different comma-separated '
                             'numbers from 0 to less than 1')
    for name in ('first_pull', 'last_pull'):
        flags.register_validator(name, lambda part: 0 < part <= 1,
                                 message='expected a number above 0, at most 1')
    for name in ('dense_learning_rate', 'fine_tuning_learning_rate', 'fitted_learning_rate',
                 'prepared_learning_rate'):
        check_positive(name)


def _are_errors(texts):
    try:
        errors = {float(text) for text in texts}
    except ValueError:
        return False
    return len(errors) == len(texts) and all(0 <= error < 1 for error in errors)


if __name__ == '__main__':
    run_script(main, define_flags, __doc__, FLAG_GROUPS)
