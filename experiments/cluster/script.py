"""What a training script does in each of the processes of a cluster, or alone.

Nothing here imports TensorFlow before it is used.
"""
import contextlib

from absl import flags

from experiments.cluster.addresses import ServerWatch, check_addresses
from experiments.cluster.cluster_flags import cluster_of_flags
from experiments.common.command_line import say
from experiments.common.part import ALONE
from experiments.common.run_lock import check_free
from experiments.common.script import check_precision_flag
from experiments.common.tensorflow_import import import_tensorflow


def run_part(description, train):
    """Does the part of this process in a training as the flags say.

    Only a process that is alone and the chief say what they do and touch `--log_dir`.

    Args:
        description: line that says what is trained.
        train: function of the part, an `Alone`, a `Chief` or a `Worker`, and of a function that
            takes lines to print. When it is called, TensorFlow is imported and has the
            `--precision`.
    """
    cluster = cluster_of_flags()
    report = say if cluster is None or cluster.is_chief else lambda line: None
    report(f'{description}, log in {flags.FLAGS.log_dir}; loading TensorFlow')
    if cluster is None or cluster.is_chief:
        check_free(flags.FLAGS.log_dir)
    if cluster is not None:
        check_addresses(cluster)
        if cluster.is_synchronous:
            _check_batch_size(len(cluster.worker_hosts))
    import_tensorflow()
    if cluster is not None and cluster.is_parameter_server:
        from experiments.cluster.parameter_server import serve

        serve(cluster, say)
        return
    with _part_of(cluster) as part:
        check_precision_flag()
        train(part, report)


@contextlib.contextmanager
def _part_of(cluster):
    """Context of a process's part in a training; without an error the others are told at its end.

    Args:
        cluster: a `Cluster` of which this process is a worker, or None.

    Yields:
        An `Alone`, a `Chief` or a `Worker`.
    """
    if cluster is None:
        yield ALONE
        return
    from experiments.cluster.chief import Chief
    from experiments.cluster.server import servers_as_named
    from experiments.cluster.worker import Worker

    with ServerWatch(cluster), servers_as_named(cluster):
        part = (Chief if cluster.is_chief else Worker)(cluster, say)
        yield part
        part.end()


def _check_batch_size(workers):
    batch_size = flags.FLAGS.batch_size
    if batch_size % workers:
        raise flags.IllegalFlagValueError(
            f'flag --batch_size={batch_size}: expected a multiple of {workers}, the number of '
            'workers that share a step with --synchronous')
