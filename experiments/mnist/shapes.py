"""Figure 1 of "Tensorizing Neural Networks" (arXiv 1509.06569, section 6.1): shapes and ranks.

Trains the MNIST network with a TT-layer of every shape and rank of the figure, with a low-rank
matrix (the paper's matrix-rank baseline) and with a dense layer, all by the same recipe. It
prints a table of our errors beside the paper's, and writes it as shapes.md and shapes.json; the
figure is shapes.png. Each training has a folder of its own below --log_dir: every network is
trained from --seeds seeds, one after another. The same command resumes an interrupted run and
trains no network twice; one with more --seeds adds to it.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))

from absl import flags

from experiments.common.command_line import say
from experiments.common.computation_flags import COMPUTATION_FLAGS, define_computation_flags
from experiments.common.datasets import DATA_FLAGS, define_data_flags, load_data
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
    RECIPE_FLAGS,
    define_recipe_flags,
    options_of_flags,
)
from experiments.mnist.shapes_paper import FIGURE_1, SHAPES
from tensornet.wording import counted

SEEDS = 3
QUICK_SEEDS = 1
QUICK_EPOCHS = 1
QUICK_IMAGES = 20000
QUICK_FOLDER = 'quick'

FLAGS = flags.FLAGS
FLAG_GROUPS = [('Experiment', ['shapes', 'seeds', 'quick']),
               ('Data', DATA_FLAGS),
               ('Training', TRAINING_FLAGS + RECIPE_FLAGS),
               ('Computation', COMPUTATION_FLAGS)]


def main():
    """Loads the data, trains the networks and writes the report."""
    log_dir = os.path.join(FLAGS.log_dir, QUICK_FOLDER) if FLAGS.quick else FLAGS.log_dir
    points = [point for point in FIGURE_1 if point.shape in FLAGS.shapes]
    seeds = FLAGS.seeds or (QUICK_SEEDS if FLAGS.quick else SEEDS)
    load_tensorflow(f'figure 1: {counted(len(points), "MNIST network", "MNIST networks")}, '
                    f'{counted(seeds, "seed", "seeds")}, data set {FLAGS.dataset}', log_dir)
    if FLAGS.quick:
        say(f'quick: {QUICK_IMAGES} training images; the errors are not to be compared with the '
            "paper's")
    from experiments.mnist import shapes_report, shapes_sweep

    data = load_data(report=say, size=QUICK_IMAGES if FLAGS.quick else None)
    options = options_of_flags(QUICK_EPOCHS if FLAGS.quick else EPOCHS[data.name], layer=None,
                               inp_modes=None, out_modes=None, ranks=None)
    with locked(log_dir):
        results = shapes_sweep.train_networks(
            data, points, options, seeds, run_options_of_flags()._replace(log_dir=log_dir))
        text = shapes_report.table(results)
        closing = write_report(log_dir, shapes_report.STEM, text, results,
                               shapes_report.draw(results))
    say(text)
    say(closing)


def define_flags():
    """Defines this script's flags."""
    flags.DEFINE_list('shapes', SHAPES, 'shapes to train, each at all its ranks')
    flags.DEFINE_integer('seeds', None, 'trainings of each network, the first from --seed, each '
                         'other from the next seed; their mean and standard deviation are '
                         f'reported (default: {SEEDS}, or {QUICK_SEEDS} with --quick)',
                         lower_bound=1)
    flags.DEFINE_boolean(
        'quick', False, f'a trial of two minutes: {QUICK_EPOCHS} epoch on the first '
        f'{QUICK_IMAGES} training images, in the subfolder {QUICK_FOLDER} of --log_dir; its '
        "errors are not to be compared with the paper's")
    define_data_flags()
    define_training_flags(
        epochs=None, batch_size=100, learning_rate=0.01, log_dir='logs/mnist_shapes',
        epochs_help=f' (default: {EPOCHS["mnist"]}, {EPOCHS["digits"]} for digits, or '
                    f'{QUICK_EPOCHS} with --quick)')
    define_recipe_flags()
    define_computation_flags()
    flags.register_validator(
        'shapes', lambda shapes: shapes and set(shapes) <= set(SHAPES),
        message=f'expected shapes of the figure: {", ".join(SHAPES)}')


if __name__ == '__main__':
    run_script(main, define_flags, __doc__, FLAG_GROUPS)
