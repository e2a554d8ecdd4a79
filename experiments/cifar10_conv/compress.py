"""Converts a trained network of CIFAR-10 to TT-layers, and fine-tunes it.

Takes a run of a dense network, such as conv-fc, and the network files to convert it to. For each
file the dense layers are converted twice: by TT-SVD alone, and fitted to training images besides.
The statistics of batch normalization are taken anew from training images, since those of the dense
network belong to other weights. Each converted network is measured and fine-tuned. The table that
is printed is also written as compression.md and compression.json. The same command resumes an
interrupted run.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))

from absl import flags

from experiments.cifar10_conv.network_flags import network_file_path
from experiments.cifar10_conv.training_flags import (
    RECIPE_FLAGS,
    define_recipe_flags,
    options_of_flags,
)
from experiments.common.cifar_files import DATA_FLAGS, define_cifar_dir, load_cifar10
from experiments.common.command_line import say
from experiments.common.computation_flags import COMPUTATION_FLAGS, define_computation_flags
from experiments.common.report_files import write_report
from experiments.common.run_lock import locked
from experiments.common.script import load_tensorflow, run_script
from experiments.common.training_flags import (
    TRAINING_FLAGS,
    check_batch_size,
    define_training_flags,
    run_options_of_flags,
)

FLAGS = flags.FLAGS
FLAG_GROUPS = [('Networks', ['dense_dir', 'net_modules', 'scratch_dirs']),
               ('Conversion', ['fit_batches', 'fit_rows', 'statistics_batches']),
               ('Data', DATA_FLAGS),
               ('Fine-tuning', TRAINING_FLAGS + RECIPE_FLAGS),
               ('Computation', COMPUTATION_FLAGS)]


def main():
    """Converts, fine-tunes, and writes the table."""
    load_tensorflow(f'CIFAR-10, the dense network in {FLAGS.dense_dir} as '
                    f'{", ".join(FLAGS.net_modules)}', FLAGS.log_dir)
    from experiments.cifar10_conv import conversion, fine_tuning, network_file

    networks = [network_file.load(network_file_path(name)) for name in FLAGS.net_modules]
    data = load_cifar10(FLAGS.data_dir, report=say)
    check_batch_size(len(data.train_images))
    seen = conversion.Input(FLAGS.batch_size, FLAGS.seed, FLAGS.fit_batches, FLAGS.fit_rows,
                            FLAGS.statistics_batches)
    with locked(FLAGS.log_dir):
        results = fine_tuning.compress(data, FLAGS.dense_dir, networks, FLAGS.scratch_dirs, seen,
                                       options_of_flags(), run_options_of_flags())
        text = fine_tuning.table(results)
        closing = write_report(FLAGS.log_dir, fine_tuning.STEM, text, results)
    say(text)
    say(closing)


def define_flags():
    """Defines this script's flags."""
    flags.DEFINE_string('dense_dir', None, 'folder of the run of the dense network')
    flags.DEFINE_list('net_modules', ['TT-conv-TT-fc-10', 'TT-conv-TT-fc'], 'network files to '
                      'convert it to: paths, or names of files in experiments/cifar10_conv/nets')
    flags.DEFINE_list('scratch_dirs', [], 'folders of runs of train.py that trained some of these '
                      'networks from scratch, for a column of the table')
    flags.DEFINE_integer('fit_batches', 100, 'batches of training images that layers are fitted '
                         'to, convolutions to a tenth of them; 0 fits none', lower_bound=0)
    flags.DEFINE_integer('fit_rows', 8192, 'layers with more inputs, and convolutions with larger '
                         'patches, are not fitted; 8192 inputs take 2.7 GB and much time',
                         lower_bound=1)
    flags.DEFINE_integer('statistics_batches', 200, 'batches that the statistics of batch '
                         'normalization are taken from', lower_bound=1)
    define_cifar_dir()
    define_training_flags(epochs=3, batch_size=100, learning_rate=0.03,
                          log_dir='logs/cifar10_compress')
    define_recipe_flags()
    FLAGS.set_default('schedule', 'one_cycle')
    define_computation_flags()
    flags.mark_flag_as_required('dense_dir')
    flags.register_validator('net_modules', _check_networks)


def _check_networks(names):
    missing = [name for name in names if not os.path.isfile(network_file_path(name))]
    if missing or len({os.path.basename(network_file_path(name)) for name in names}) < max(
            1, len(names)):
        raise flags.ValidationError('expected one or more network files of different names' + (
            f'; no such file: {", ".join(missing)}' if missing else ''))
    return True


if __name__ == '__main__':
    run_script(main, define_flags, __doc__, FLAG_GROUPS)
