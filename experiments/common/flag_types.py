"""Kinds of flags: lists of integers, folders, files to write, and checks of numbers and modes.

Nothing here imports TensorFlow.
"""
import math
import os

# absl.logging, which TensorFlow loads, defines a --log_dir of its own. It is loaded first, so
# that it is its flag that gets replaced.
from absl import flags, logging  # noqa: F401

from tensornet.tt.arguments import product

# TensorFlow reads a path with one of these as a pattern for others.
_PATTERN = set('*?[\\') if os.sep == '/' else set('*?[')


def define_integer_list(name, default, help):  # pylint: disable=redefined-builtin
    """Defines the flag `--name=1,2,3`; its value is a list of ints."""
    flags.DEFINE(_IntegerListParser(), name, default, help, serializer=flags.CsvListSerializer(','))


def check_size(name, size):
    """Refuses lists of modes that do not multiply to `size`."""
    flags.register_validator(name, lambda modes: product(modes) == size,
                             message=f'expected modes that multiply to {size}')


def check_same_length(name, other):
    """Refuses two lists of modes of different lengths."""
    flags.register_multi_flags_validator(
        [name, other], lambda values: len(values[name]) == len(values[other]),
        message=f'expected --{name} with as many modes as --{other}')


def check_different(name):
    """Refuses lists in which something stands twice."""
    flags.register_validator(name, lambda values: len(set(values)) == len(values),
                             message='expected different numbers')


def check_share(name):
    """Refuses numbers that are not from 0 to less than 1; None is for a flag that is not given."""
    flags.register_validator(name, lambda share: share is None or 0 <= share < 1,
                             message='expected a number from 0 to less than 1')


def check_positive(name):
    """Refuses numbers that are not positive; None is for a flag that is not given."""
    flags.register_validator(name, lambda number: number is None or 0 < number < math.inf,
                             message='expected a positive number')


def check_of_use(names, other, value):
    """Refuses flags that are given although they change nothing.

    Args:
        names: of these flags.
        other: name of the flag that decides.
        value: its value for which they change something.
    """
    for name in names:
        flags.register_multi_flags_validator(
            [name, other],
            lambda values, name=name: values[other] == value or not flags.FLAGS[name].present,
            message=f'expected --{name} only with --{other}={value}')


def define_log_dir(default, help_text):
    """Defines `--log_dir`, a folder to write to; its value is checked without making it."""
    flags.DEFINE_string('log_dir', default, help_text, allow_override=True)
    flags.register_validator('log_dir', _check_folder)


def define_run_dir(default, help_text):
    """Defines `--log_dir`, a folder in which checkpoints are written."""
    define_log_dir(default, help_text)
    flags.register_validator('log_dir', _check_no_pattern)


def define_source_dir(default, help_text, other):
    """Defines `--log_dir`, a folder that is read unless the flag named `other` is given."""
    flags.DEFINE_string('log_dir', default, help_text, allow_override=True)
    flags.register_multi_flags_validator(
        ['log_dir', other], lambda values: _check_source(values['log_dir'], values[other]))


def check_file_flag(name):
    """Refuses files that cannot be written; their folder may still have to be made."""
    flags.register_validator(name, _check_file)


def _check_folder(path):
    if not path:
        raise flags.ValidationError('expected the name of a folder')
    _raise(_obstacle(path))
    return True


def _check_no_pattern(path):
    found = sorted(_PATTERN & set(path))
    if found:
        raise flags.ValidationError(
            f'TensorFlow takes {" ".join(found)} in the path of a checkpoint for a pattern; choose '
            'a name without')
    return True


def _check_source(path, other):
    if not other and not os.path.isdir(path):
        raise flags.ValidationError(f'--log_dir={path}: there is no such folder')
    return True


def _check_file(path):
    if os.path.isdir(path):
        raise flags.ValidationError('expected the name of a file, got a folder')
    if not os.path.basename(path):
        raise flags.ValidationError('expected the name of a file')
    _raise(_obstacle(os.path.dirname(path) or '.'))
    return True


def _raise(obstacle):
    if obstacle:
        raise flags.ValidationError(obstacle)


def _obstacle(folder):
    """Why a folder cannot be made or written to, or None."""
    here = os.path.abspath(folder)
    while not os.path.lexists(here):
        here = os.path.dirname(here)
    if not os.path.isdir(here):
        return f'expected a folder, but {here} is a file'
    if not os.access(here, os.W_OK | os.X_OK):
        return f'{here} cannot be written to'
    return None


class _IntegerListParser(flags.ArgumentParser):
    syntactic_help = 'comma-separated positive integers'

    def parse(self, argument):
        if isinstance(argument, (list, tuple)):
            return list(argument)
        try:
            values = [int(item) for item in argument.split(',')]
        except ValueError:
            values = []
        if not values or min(values) < 1:
            raise ValueError('expected comma-separated positive integers, such as 4,8,8,4')
        return values

    def flag_type(self):
        return 'integer list'
