"""The command `python -m tensornet.convert`."""
import argparse
import sys
import warnings

import numpy as np

from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.convert.checkpoint_conversion import convert_checkpoint
from tensornet.convert.layer_formats import FORMATS
from tensornet.convert.request import Request
from tensornet.convert.target import Target
from tensornet.cost.checkpoint_cost import inspect
from tensornet.wording import reworded

_DESCRIPTION = """\
Turns layers of a TensorFlow checkpoint into TT layers and copies everything else.

INPUT is never modified. A layer is the scope of a dense layer, or the name of any dense weights,
[in, out] or [height, width, in, out]; or the scope of a TT layer, which gets other ranks or modes.
Moving averages are converted with the weights. Options about a layer hold for the --layer
before them; before the first --layer they hold for all."""

_EXAMPLES = """\
examples:
  python -m tensornet.convert logs/dense --inspect
  python -m tensornet.convert logs/dense logs/tt/model.ckpt \\
      --layer inference/fc1 --inp-modes 4,8,8,4 --out-modes 4,8,8,4 --ranks 8 \\
      --layer inference/conv2 --compression 10
"""


def main(argv=None):
    """Runs the command.

    Args:
        argv: its arguments without the program's name; None takes those of the process.

    Returns:
        The exit status: 0, or 1 after an error that is printed.

    Raises:
        SystemExit: status 2 after wrong options, which are printed, 0 after `--help`.
    """
    parser = _parser()
    options = parser.parse_args(argv)
    _check_effect(parser, options)
    try:
        if options.inspect:
            print(inspect(options.input))
        else:
            with warnings.catch_warnings():
                warnings.showwarning = _show_warning
                _convert(parser, options)
    except (CheckpointError, ValueError, TypeError) as error:
        print(f'error: {_worded(error)}', file=sys.stderr)
        return 1
    except MemoryError as error:
        print(f'error: there is not enough memory ({error}); ask for lower ranks, or convert '
              'fewer layers at once', file=sys.stderr)
        return 1
    return 0


def _check_effect(parser, options):
    """Ends the command where options are given that would change nothing."""
    converting = [('OUTPUT', options.output), ('--dry-run', options.dry_run),
                  ('--force', options.force), ('--json', options.json),
                  ('--average', options.average), ('--layer', options.layers)]
    converting += [('--' + name.replace('_', '-'), True) for name in options.of_all or {}]
    given = [name for name, value in converting if value]
    if options.inspect and given:
        parser.error(f'--inspect only lists layers; leave {" and ".join(given)} out')


def _convert(parser, options):
    if options.output is None and not options.dry_run:
        parser.error('the output is missing; pass the prefix of a checkpoint, or --dry-run')
    requests = [_request(parser, layer) for layer in options.layers or []]
    if not requests:
        parser.error('there is nothing to convert; name layers with --layer, see --inspect')
    report_path = None if options.dry_run else options.json or options.output + '.json'
    report = convert_checkpoint(options.input, options.output, requests, options.force,
                                options.dry_run, report_path, averages=options.average)
    print(_worded(report.as_text()))
    if not options.dry_run:
        print(f'written: {options.output}, {report_path}')


def _request(parser, layer):
    defaults = dict(layer.defaults)
    # What is said of a layer takes the place of what is said of all of them in another way.
    for own, others in (('inp_modes', ['cores']), ('cores', ['inp_modes', 'out_modes'])):
        if own in layer.own:
            defaults = {name: value for name, value in defaults.items() if name not in others}
    given = dict(defaults, **layer.own)
    targets = {name: given[name] for name in _TARGETS if name in given}
    own = {name: value for name, value in targets.items() if name in layer.own}
    # An error and a largest rank are limits that go together.
    if set(targets) != {'eps', 'max_rank'}:
        targets = own or targets
    # New modes alone change nothing else.
    if not (len(targets) == 1 or set(targets) == {'eps', 'max_rank'}
            or not targets and 'new_inp_modes' in given):
        names = ' and '.join('--' + name.replace('_', '-') for name in targets)
        parser.error(f'--layer {layer.name}: exactly one of --ranks, --eps, --max-rank, '
                     f'--compression and --parameters is needed, or --eps with --max-rank, but '
                     + (f'{names} were given' if targets else 'none was given'))
    if len(targets.get('ranks', ())) == 1:
        targets = {'ranks': targets['ranks'][0]}
    fields = {name: given[name] for name in Request._fields if name in given}
    return Request(layer.name, target=targets, fit=_fit(parser, layer.name, given), **fields)


def _fit(parser, name, given):
    """What a layer is fitted to, or None."""
    fit = {option: given[option] for option in _FIT if option in given}
    if fit and 'inputs' not in fit:
        verb, them = ('is', 'it') if len(fit) == 1 else ('are', 'them')
        parser.error(f'--layer {name}: --{" and --".join(fit)} {verb} for a layer with --inputs; '
                     f'pass --inputs, or leave {them} out')
    return dict(fit, inputs=_read_inputs(fit['inputs'])) if fit else None


def _read_inputs(path):
    """Returns the array in a file, which is never unpickled.

    Args:
        path: `.npy` file, which is mapped into memory, so that it may be larger than that; or a
            `.npz` file of one array.

    Raises:
        CheckpointError: it cannot be read, or does not hold one array of numbers.
    """
    try:
        content = np.load(path, mmap_mode='r', allow_pickle=False)
        if isinstance(content, np.ndarray):
            return content
        with content:
            if len(content.files) != 1:
                raise CheckpointError(
                    f'{path}: it must hold one array, the inputs of the layer, but it holds '
                    f'{", ".join(content.files) or "none"}; save that alone, with `numpy.save`')
            return content[content.files[0]]
    except CheckpointError:
        raise
    except Exception as error:
        # What a damaged file raises depends on where it is damaged.
        raise CheckpointError(f'{path}: it must be a .npy or .npz file of an array of numbers, but '
                              f'it cannot be read ({error}); write it with `numpy.save`') from error


_FIT = ('inputs', 'activation', 'following', 'strides', 'padding', 'dilations')
_TARGETS = Target._fields


# The words of the command for the arguments of `convert_checkpoint`, of `Request` and of its dicts
# `target` and `fit`.
_WORDS = {name: '--' + name.replace('_', '-')
          for name in ('force', 'dry_run', *Request._fields, *_TARGETS, *_FIT)
          if name not in ('target', 'fit')}
_WORDS.update(source='INPUT', output='OUTPUT', report_path='--json', averages='--average')


def _worded(message):
    return reworded(str(message), _WORDS)


def _show_warning(message, *_):
    print(f'warning: {_worded(message)}', file=sys.stderr)


class _Layer:
    """A `--layer` and the options that follow it; `defaults` are those before the first."""

    def __init__(self, name, defaults):
        self.name = name
        self.defaults = defaults
        self.own = {}


class _AddLayer(argparse.Action):

    def __call__(self, parser, namespace, values, option_string=None):
        layers = (namespace.layers or []) + [_Layer(values, namespace.of_all or {})]
        namespace.layers = layers


class _OfLayer(argparse.Action):
    """Stores an option with the last `--layer`, or for all of them."""

    def __call__(self, parser, namespace, values, option_string=None):
        value = True if self.nargs == 0 else values
        if namespace.layers:
            namespace.layers[-1].own[self.dest] = value
        else:
            namespace.of_all = dict(namespace.of_all or {}, **{self.dest: value})


def _parser():
    parser = argparse.ArgumentParser(
        prog='python -m tensornet.convert', description=_DESCRIPTION, epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
        argument_default=None)
    parser.set_defaults(layers=None, of_all=None)
    parser.add_argument('input', metavar='INPUT',
                        help='prefix of a checkpoint, or the folder of its latest one')
    parser.add_argument('output', metavar='OUTPUT', nargs='?',
                        help='prefix of the checkpoint to write')
    parser.add_argument('--inspect', action='store_true', help='only list the layers of INPUT')
    parser.add_argument('--dry-run', action='store_true', help='only print what would be done')
    parser.add_argument('--force', action='store_true',
                        help='replace OUTPUT and the report if they exist')
    parser.add_argument('--json', metavar='FILE', help='the report (default: OUTPUT.json)')
    parser.add_argument('--average', action='append', metavar='NAME', default=[],
                        help='name that ExponentialMovingAverage was given; repeatable')
    parser.add_argument('--layer', action=_AddLayer, metavar='SCOPE', dest='layers',
                        help='a layer to convert; repeatable')
    group = parser.add_argument_group('about a layer')
    group.add_argument('--ranks', action=_OfLayer, type=_integers, metavar='N[,N...]',
                       help='one integer, used at every bond up to its largest useful rank; or '
                            'all ranks of the layer, as in 1,8,8,1')
    group.add_argument('--max-rank', action=_OfLayer, type=int, metavar='N',
                       help='largest rank of any bond; also together with --eps')
    group.add_argument('--eps', action=_OfLayer, type=float, metavar='E',
                       help='largest relative error of the weights')
    group.add_argument('--compression', action=_OfLayer, type=float, metavar='F',
                       help='least ratio of the dense weights to the parameters after')
    group.add_argument('--parameters', action=_OfLayer, type=int, metavar='N',
                       help='largest number of parameters')
    group.add_argument('--inp-modes', action=_OfLayer, type=_integers, metavar='N,N...',
                       help='input modes (default: the command finds some); for a TT layer, '
                            'its present modes')
    group.add_argument('--out-modes', action=_OfLayer, type=_integers, metavar='N,N...',
                       help='output modes (default: the command finds some); for a TT layer, '
                            'its present modes')
    group.add_argument('--inp-size', '--inp-ch', action=_OfLayer, type=int, metavar='N',
                       help='inputs, or input channels, of a TT layer that is padded (default: '
                            'as many as its input modes multiply to)')
    group.add_argument('--out-size', '--out-ch', action=_OfLayer, type=int, metavar='N',
                       help='outputs, or output channels, of a TT layer that is padded (default: '
                            'as many as it has biases)')
    group.add_argument('--new-inp-modes', action=_OfLayer, type=_integers, metavar='N,N...',
                       help='input modes that a TT layer is to get')
    group.add_argument('--new-out-modes', action=_OfLayer, type=_integers, metavar='N,N...',
                       help='output modes that a TT layer is to get')
    group.add_argument('--noise', action=_OfLayer, type=float, metavar='S',
                       help='standard deviation of the new ranks of a TT layer, relative to its '
                            'cores (default: 0)')
    group.add_argument('--cores', action=_OfLayer, type=int, metavar='D',
                       help='number of cores to find modes for (default: as many as modes of 8 '
                            'would need)')
    group.add_argument('--pad', action=_OfLayer, nargs=0,
                       help='let given modes multiply to more than the sizes of the layer, which '
                       'is then built with inp_size and out_size of the report')
    group.add_argument('--inputs', action=_OfLayer, metavar='FILE',
                       help='.npy or .npz file with inputs of a dense layer; the conversion then '
                            'keeps its outputs for them close, instead of its weights')
    group.add_argument('--activation', action=_OfLayer, choices=['relu'],
                       help='activation after the biases of a layer with --inputs')
    group.add_argument('--following', action=_OfLayer, metavar='SCOPE',
                       help='dense layer that comes next, whose outputs are kept')
    group.add_argument('--strides', action=_OfLayer, type=_integers, metavar='N,N',
                       help='strides of a convolution with --inputs (default: 1,1)')
    group.add_argument('--padding', action=_OfLayer, choices=['SAME', 'VALID'],
                       help='padding of a convolution with --inputs (default: SAME)')
    group.add_argument('--dilations', action=_OfLayer, type=_integers, metavar='N,N',
                       help='dilations of a convolution with --inputs (default: 1,1)')
    group.add_argument('--format', action=_OfLayer, choices=tuple(FORMATS),
                       help='kind of layer (default: tt, tt_conv for a kernel, tt_embedding for '
                            'variables named like tables, such as `embeddings`); of a TT layer, '
                            'tt_embedding says that it is one, with the rows of its table as '
                            'inputs')
    return parser


def _integers(text):
    try:
        return [int(number) for number in text.split(',')]
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f'expected comma-separated integers, got {text!r}') from error
