"""What the scripts do first and last.

A script first puts the repository on Python's path, so that it runs from any folder. It takes its
flags from absl: they are what `tf.compat.v1.app.flags` is, so that `--help` and errors in flags
need not wait for TensorFlow. Nothing that a script imports at its top may import TensorFlow, which
a test checks; what needs it is imported after `load_tensorflow`.

Nothing here imports TensorFlow before it is used.
"""
import os
import sys

from absl import flags

from experiments.common import command_line
from experiments.common.command_line import say
from experiments.common.run_lock import check_free
from experiments.common.tensorflow_import import import_tensorflow


def run_script(main, define_flags, description, groups):
    """Parses the command line, calls `main()` and exits with its status.

    Args:
        main: function without arguments.
        define_flags: function without arguments that defines the script's flags.
        description, groups: of `--help`, see `command_line.parse`.

    Raises:
        SystemExit: see `command_line.parse` and `command_line.run`.
    """
    # Pictures are files here, for which Matplotlib needs no other. A notebook names its own to what
    # it starts, and where that is not installed Matplotlib cannot be imported, nor Keras.
    os.environ['MPLBACKEND'] = 'agg'
    define_flags()
    command_line.parse(sys.argv, description, groups)
    command_line.run(main)


def load_tensorflow(doing, log_dir=None):
    """Says what a script is about to do and imports TensorFlow, which takes a while.

    Args:
        doing: the line that says it.
        log_dir: folder that the script writes to, or None where it needs none of its own.

    Raises:
        WrongLogDirError: another process is at work in the folder.
        UnavailablePrecisionError: TensorFlow does not compute in `--precision` here.
    """
    say(f'{doing}{"" if log_dir is None else f", log in {log_dir}"}; loading TensorFlow')
    if log_dir is not None:
        check_free(log_dir)
    import_tensorflow()
    check_precision_flag()


def check_precision_flag():
    """Raises `UnavailablePrecisionError` where TensorFlow does not compute in `--precision` here.

    TensorFlow is imported already. A script without the flag passes.
    """
    from experiments.common.computation import check_precision

    if 'precision' in flags.FLAGS:
        check_precision(flags.FLAGS.precision)
