"""The part that a process has in a training."""
import contextlib

from experiments.common.alone import ALONE


@contextlib.contextmanager
def part_of(cluster, report):
    """Context of a process's part in a training; at its end the others are told.

    Args:
        cluster: a `Cluster` of which this process is a worker, or None.
        report: called with lines of text.

    Yields:
        An `Alone`, a `Chief` or a `Worker`.
    """
    if cluster is None:
        yield ALONE
        return
    from experiments.cluster.chief import chief
    from experiments.cluster.worker import worker

    with (chief if cluster.is_chief else worker)(cluster, report) as part:
        yield part
