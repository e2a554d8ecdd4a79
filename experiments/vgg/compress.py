"""Compresses the fully-connected layers of a pre-trained VGG network.

Reads the weights of VGG-16 or VGG-19 in Keras' layout, turns layers into TT-layers or, with
--format=low_rank, into products of two matrices (the paper's rows MR), and writes a checkpoint of
experiments/vgg/network.py. OUTPUT.json describes the network; `conversion.described` reads it and
returns the arguments for building the graph. The layers fc6, fc7 and fc8 are Keras' fc1, fc2 and
predictions.
"""
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))

from absl import flags

from experiments.common.command_line import say
from experiments.common.errors import ExpectedError
from experiments.common.flag_types import (
    check_file_flag,
    check_positive,
    check_share,
    define_integer_list,
)
from experiments.common.script import load_tensorflow, run_script
from experiments.vgg.weights_file import open_weights
from tensornet.whole_file import write_json

FLAGS = flags.FLAGS
FLAG_GROUPS = [('Network', ['network', 'weights']),
               ('Compression', ['layer', 'format', 'ranks', 'eps', 'compression', 'inp_modes',
                                'out_modes']),
               ('Output', ['output', 'force'])]

LAYERS = ('fc6', 'fc7', 'fc8')
TARGETS = ('ranks', 'eps', 'compression')


class CompressionError(ExpectedError):
    """Weights, layers or output are not as expected; the message says what to do."""


def main():
    """Converts the network and prints the table."""
    start = time.monotonic()
    description = FLAGS.output + '.json'
    _check_description(description)
    load_tensorflow(f'{FLAGS.network}: converting {", ".join(FLAGS.layer) or "no layer"} of '
                    f'{FLAGS.weights or "the weights of tf.keras.applications"}, writing '
                    f'{FLAGS.output}')
    from experiments.vgg import conversion, keras_download
    from tensornet.checkpoints import CheckpointError

    try:
        path = FLAGS.weights or keras_download.pretrained_file(FLAGS.network, say)
        with open_weights(path) as weights:
            report, network = conversion.convert_network(
                weights, FLAGS.network, conversion.Request(
                    FLAGS.layer, FLAGS.inp_modes, FLAGS.out_modes, _target(), FLAGS.format),
                FLAGS.output, FLAGS.force)
    except CheckpointError as error:
        raise CompressionError(error) from error
    seconds, peak = time.monotonic() - start, _peak_megabytes()
    write_json(description, dict(
        report.as_dict(), network=network, seconds=round(seconds, 1), peak_megabytes=peak))
    say(report.as_text() if FLAGS.layer else f'{report.copied} variables are copied')
    say(f'{seconds:.0f} s, peak of memory {peak} MB')
    say(f'written: {FLAGS.output}, {description}')


def define_flags():
    """Defines this script's flags."""
    flags.DEFINE_enum('network', 'vgg16', ['vgg16', 'vgg19'], 'vgg16 or vgg19')
    flags.DEFINE_string('weights', '', 'file with the weights, .h5 or .npz, with the names of '
                        "Keras' layers (default: that of tf.keras.applications, downloaded)")
    flags.DEFINE_list('layer', ['fc6'], f'layers to convert, of {", ".join(LAYERS)}; empty for '
                      'none, which copies the dense network')
    flags.DEFINE_enum('format', 'tt', ['tt', 'low_rank'], 'tt, or low_rank: the product of a '
                      'matrix [inputs, rank] and one [rank, outputs]')
    define_integer_list('ranks', None, 'one number: the largest rank; or, for tt, all TT-ranks, '
                        'the first and the last 1')
    flags.DEFINE_float('eps', None, 'largest relative error of the weights')
    flags.DEFINE_float('compression', None, 'least factor by which the number of weights has to '
                       'fall')
    check_share('eps')
    check_positive('compression')
    define_integer_list('inp_modes', None, "input modes of tt (default: the paper's for its sizes, "
                        'else six)')
    define_integer_list('out_modes', None, 'output modes of tt (default: as of --inp_modes)')
    flags.DEFINE_string('output', 'logs/vgg_compress/model.ckpt', 'prefix of the checkpoint')
    flags.DEFINE_boolean('force', False, 'replace the output if it exists')
    flags.register_validator('layer', lambda layers: set(layers) <= set(LAYERS)
                             and len(set(layers)) == len(layers),
                             message=f'expected different names of {", ".join(LAYERS)}')
    flags.register_multi_flags_validator(
        ('layer',) + TARGETS, lambda values: len(_given(values)) == (1 if values['layer'] else 0),
        message='expected exactly one of --ranks, --eps and --compression, and none of them if '
                '--layer is empty')
    flags.register_multi_flags_validator(
        ['inp_modes', 'out_modes', 'layer'],
        lambda values: (values['inp_modes'] is None) == (values['out_modes'] is None)
        and (values['inp_modes'] is None or len(values['layer']) == 1),
        message='expected --inp_modes and --out_modes both or none, and both only with one --layer')
    flags.register_multi_flags_validator(
        ['format', 'inp_modes', 'out_modes'], lambda values: values['format'] == 'tt' or (
            values['inp_modes'] is None and values['out_modes'] is None),
        message='expected --inp_modes and --out_modes only with --format=tt, since two matrices '
                'have none')
    flags.register_multi_flags_validator(
        ['format', 'ranks'],
        lambda values: values['format'] == 'tt' or len(values['ranks'] or [0]) == 1,
        message='expected one number in --ranks with --format=low_rank, which has one rank')
    flags.register_validator('output', bool, message='expected the prefix of a checkpoint')
    check_file_flag('output')


def _check_description(path):
    """Raises `CompressionError` where the file beside the checkpoint is not to be written."""
    if os.path.isdir(path):
        raise CompressionError(f'{path} is a folder, but the description of the network is to be '
                               'a file of that name; pass another --output')
    if os.path.lexists(path) and not FLAGS.force:
        raise CompressionError(f'{path}: the output exists; pass another --output, or --force')


def _given(values):
    return [name for name in TARGETS if values[name] is not None]


def _target():
    target = {name: FLAGS[name].value for name in TARGETS if FLAGS[name].value is not None}
    if len(target.get('ranks', ())) == 1:
        return {'max_rank': target['ranks'][0]}
    return target


def _peak_megabytes():
    """The process's highest resident memory so far; None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    kibibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(kibibytes / (1024 ** 2 if sys.platform == 'darwin' else 1024))


if __name__ == '__main__':
    run_script(main, define_flags, __doc__, FLAG_GROUPS)
