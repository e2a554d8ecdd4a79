"""The network of a run of train.py, loaded again from its file."""
import os

from experiments.cifar10_conv import network_file
from experiments.cifar10_conv.network_file import NetworkFileError
from experiments.cifar10_conv.network_flags import network_file_path, own_network_file

IMAGE_SHAPE = [32, 32, 3]


def paths_of(runs, paths=()):
    """The network files of runs.

    Args:
        runs: list of `run_comparison.Run`.
        paths: a file for each, or the name of one in nets/; or empty: those of the networks' names
            there.

    Raises:
        NetworkFileError: a file is missing, or has another name than the run's network.
    """
    found = []
    for position, run in enumerate(runs):
        name = run.settings['network']
        path = network_file_path(paths[position]) if paths else own_network_file(name)
        if not os.path.isfile(path):
            raise NetworkFileError(f'{run.folder}: no file {path} of its network {name}; pass the '
                                   'network files of all runs by --net_modules')
        if os.path.splitext(os.path.basename(path))[0] != name:
            raise NetworkFileError(f'{run.folder}: its network is {name}, got the file {path}; '
                                   'pass --net_modules in the order of --runs')
        found.append(path)
    return found


def load(run, path):
    """Loads a run's network with the run's options.

    Args:
        run: a `run_comparison.Run`.
        path: the network file.

    Returns:
        A `network_file.Network`.

    Raises:
        NetworkFileError: see `network_file.load`.
    """
    default = network_file.load(path).plain_opts()
    # Only what differs: equal values stay as the file has them, arrays for instance.
    changed = {name: value for name, value in run.settings['opts'].items()
               if name not in default or default[name] != value}
    return network_file.load(path, changed)


def checked_parameters(run, network):
    """The number of trainable parameters of a run's network, from the built graph.

    Raises:
        NetworkFileError: it is not the one in the run's results.json.
    """
    from experiments.cifar10_conv.network_graph import parameters_of

    built = parameters_of(network, IMAGE_SHAPE)
    if run.parameters not in (None, built):
        raise NetworkFileError(f'{network.path} has {built} parameters, but the run in '
                               f'{run.folder} had {run.parameters}; the file was changed since')
    return built
