"""Runs a training script as a cluster on this machine: for trying, and for tests.

    python -m experiments.local_cluster --ps=1 --workers=2 -- mnist/train.py --synchronous

After -- come a script, looked for here and among the experiments, and its flags. Each process gets
its place by TF_CONFIG, on a free port of the loopback. A process that a signal has ended is started
again, without --restart; one that fails ends all. Ctrl-C is passed on to the chief, which saves.
The exit status is that of the chief, or of the first other process to fail.
"""
import glob
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))

from absl import flags

from experiments.cluster.addresses import free_ports
from experiments.cluster.local_processes import LocalProcesses
from experiments.cluster.specification import PS, WORKER
from experiments.common import command_line

FLAGS = flags.FLAGS
FLAG_GROUPS = [('Processes', ['ps', 'workers', 'restarts', 'end_with_parent'])]
_EXPERIMENTS = os.path.dirname(os.path.realpath(__file__))


def main(command):
    """Starts the processes of a script and its flags, and exits with their status."""
    ports = free_ports(FLAGS.ps + FLAGS.workers)
    hosts = [f'127.0.0.1:{port}' for port in ports]
    with LocalProcesses({PS: hosts[:FLAGS.ps], WORKER: hosts[FLAGS.ps:]}, command,
                        FLAGS.restarts, FLAGS.end_with_parent, command_line.say) as processes:
        sys.exit(processes.wait())


def define_flags():
    """Defines this script's flags."""
    flags.DEFINE_integer('ps', 1, 'parameter servers', lower_bound=1)
    flags.DEFINE_integer('workers', 2, 'workers, the chief included', lower_bound=1)
    flags.DEFINE_integer('restarts', 1000, 'how often, in all, processes that signals have ended '
                         'are started again', lower_bound=0)
    flags.DEFINE_boolean('end_with_parent', False, 'whether to end when the process that started '
                         'this one does')


def _script(name):
    """Returns the path of a script to run, or exits where there is none or it knows no cluster."""
    among_experiments = os.path.join(_EXPERIMENTS, name)
    path = next((path for path in (name, among_experiments) if os.path.isfile(path)), None)
    if path is None:
        command_line.fail_usage(f'there is no script {name}, neither here nor in {_EXPERIMENTS}')
    is_experiment = os.path.realpath(path).startswith(os.path.realpath(_EXPERIMENTS) + os.sep)
    if is_experiment and not _takes_part(path):
        scripts = sorted(os.path.relpath(script, _EXPERIMENTS) for script in glob.glob(
            os.path.join(_EXPERIMENTS, '*', '*.py')) if _takes_part(script))
        command_line.fail_usage(f'{name} does not run in a cluster; these scripts do: '
                                f'{", ".join(scripts)}')
    return path


def _takes_part(path):
    """Whether a script asks for its place in a cluster. Each process of another does all work."""
    with open(path, encoding='utf-8') as file:
        return 'import run_part' in file.read()


def _split(argv):
    """The command line of this script, and that of the script to run, or []."""
    if '--' not in argv:
        return argv, []
    position = argv.index('--')
    return argv[:position], argv[position + 1:]


if __name__ == '__main__':
    define_flags()
    own, script = _split(sys.argv)
    command_line.parse(own, __doc__, FLAG_GROUPS)
    if not script:
        command_line.fail_usage('no script to run; pass it after --, see --help')
    script[0] = _script(script[0])
    command_line.run(lambda: main(script))
