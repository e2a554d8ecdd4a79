"""What a training script does in each of the processes of a cluster, or alone."""
from absl import flags

from experiments.cluster.addresses import check_addresses
from experiments.cluster.cluster_flags import cluster_of_flags
from experiments.cluster.part import part_of
from experiments.common.command_line import say
from experiments.common.run_lock import check_free
from experiments.common.tensorflow_import import import_tensorflow


def run_part(description, train):
    """Does the part of this process in a training as the flags say.

    Only a process that is alone and the chief say what they do and touch `--log_dir`.

    Args:
        description: line that says what is trained.
        train: function of the part, an `Alone`, a `Chief` or a `Worker`, and of a function that
            takes lines to print. TensorFlow is imported when it is called.
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
    with part_of(cluster, say) as part:
        train(part, report)


def _check_batch_size(workers):
    batch_size = flags.FLAGS.batch_size
    if batch_size % workers:
        raise flags.IllegalFlagValueError(
            f'flag --batch_size={batch_size}: expected a multiple of {workers}, the number of '
            'workers that share a step with --synchronous')
