"""The flags that choose network and data."""
import json
import os

from absl import flags

from experiments.common.cifar_files import define_cifar_dir

FLAGS = flags.FLAGS
NETWORK_FLAGS = ['net_module', 'net_options']

_NETS = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'nets')


def define_network_flags():
    """Defines the `NETWORK_FLAGS` and those of the data, `cifar_files.DATA_FLAGS`."""
    flags.DEFINE_string('net_module', None, 'network file: a path, or the name of one in '
                        'experiments/cifar10_conv/nets, such as conv-fc')
    flags.DEFINE_string('net_options', '{}', 'values to replace those in the network file\'s '
                        '`opts`, as JSON: {"fc_ranks": [[1,20,20,20,1], [1,20,20,20,1]]}')
    define_cifar_dir()
    flags.register_validator('net_module', _check_network)
    flags.register_validator('net_options', lambda text: _options(text) is not None,
                             message='expected a JSON object')


def network_path():
    """The path that `--net_module` means."""
    return network_file_path(FLAGS.net_module)


def network_options():
    """The dict that `--net_options` means."""
    return _options(FLAGS.net_options)


def own_network_file(name):
    """The path of a network's file in nets/, which need not be there."""
    return os.path.join(_NETS, name + '.py')


def network_file_path(name):
    """The path of a network file: `name`, or the file of that name in nets/."""
    own = own_network_file(name)
    return own if not os.path.isfile(name) and os.path.isfile(own) else name


def _check_network(name):
    names = ', '.join(sorted(os.path.splitext(file)[0] for file in os.listdir(_NETS)
                             if file.endswith('.py')))
    if name is None:
        raise flags.ValidationError(f'expected a network file, or one of {names}')
    if not os.path.isfile(network_file_path(name)):
        raise flags.ValidationError(f'no such file; pass the path of a network file, or one of '
                                    f'{names}')
    return True


def _options(text):
    try:
        options = json.loads(text)
    except ValueError:
        return None
    return options if isinstance(options, dict) else None
