"""The flags that place a process in a cluster.

Nothing here imports TensorFlow.
"""
import os

from absl import flags

from experiments.cluster.specification import PS, WORKER, Cluster, check, from_tf_config

CLUSTER_FLAGS = ['ps_hosts', 'worker_hosts', 'job_name', 'task_index', 'synchronous',
                 'wait_seconds']

FLAGS = flags.FLAGS


def define_cluster_flags():
    """Defines the `CLUSTER_FLAGS`."""
    flags.DEFINE_list('ps_hosts', [], 'addresses host:port of the parameter servers, separated by '
                      'commas; goes together with the three flags below, and the environment '
                      'variable TF_CONFIG can take the place of all four (default: one process '
                      'alone)')
    flags.DEFINE_list('worker_hosts', [], 'addresses of the workers; the first is the chief, which '
                      'evaluates and writes to --log_dir')
    flags.DEFINE_enum('job_name', None, [PS, WORKER], 'what this process is: ps or worker')
    flags.DEFINE_integer('task_index', 0, 'position of this process in its list of addresses, '
                         'from 0', lower_bound=0)
    flags.DEFINE_boolean('synchronous', False, 'whether the workers share the images of each step '
                         'and wait for each other; otherwise each makes steps of its own')
    flags.DEFINE_float('wait_seconds', 300, 'how long another machine may be out of reach before '
                       'this one gives up', lower_bound=0)
    flags.register_multi_flags_validator(
        ['ps_hosts', 'worker_hosts', 'job_name'], _go_together,
        message='expected all of --ps_hosts, --worker_hosts and --job_name, or none')


def cluster_of_flags():
    """The `Cluster` that flags or TF_CONFIG describe, or None for a process alone.

    Raises:
        WrongClusterError: they describe none.
    """
    if not FLAGS.ps_hosts and not FLAGS.worker_hosts:
        return from_tf_config(os.environ.get('TF_CONFIG'), FLAGS.synchronous, FLAGS.wait_seconds)
    return check(Cluster(list(FLAGS.ps_hosts), list(FLAGS.worker_hosts), FLAGS.job_name,
                         FLAGS.task_index, FLAGS.synchronous, FLAGS.wait_seconds))


def _go_together(values):
    return len({bool(value) for value in values.values()}) == 1
