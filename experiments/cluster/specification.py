"""Which processes make a cluster, and which of them this one is.

Nothing here imports TensorFlow.
"""
import collections
import json

from experiments.common.errors import ExpectedError

PS, WORKER = 'ps', 'worker'
_CHIEFS = ('chief', 'master')


class WrongClusterError(ExpectedError):
    """The cluster cannot be as it was described; the message says what is wrong."""


class Cluster(collections.namedtuple('Cluster', ['ps_hosts', 'worker_hosts', 'job', 'index',
                                                 'is_synchronous', 'wait_seconds'])):
    """A cluster and the place of this process in it.

    Attributes:
        ps_hosts: addresses `host:port` of the parameter servers.
        worker_hosts: addresses of the workers; the first is the chief.
        job: `PS` or `WORKER`, what this process is.
        index: its position in the list of its kind.
        is_synchronous: whether all workers share each step, see `steps`.
        wait_seconds: how long a machine of the cluster may be out of reach.
    """

    @property
    def is_parameter_server(self):
        return self.job == PS

    @property
    def is_chief(self):
        return self.job == WORKER and self.index == 0

    @property
    def address(self):
        """The address of this process."""
        return (self.ps_hosts if self.job == PS else self.worker_hosts)[self.index]

    @property
    def name(self):
        """What this process is called in messages."""
        return name_of(self.job, self.index)


def name_of(job, index):
    """What a process is called in messages."""
    if job == PS:
        return f'parameter server {index}'
    return f'worker {index}' if index else 'worker 0, the chief'


def check(cluster):
    """Returns a `Cluster`; raises `WrongClusterError` where it is not one."""
    for job, hosts in ((PS, cluster.ps_hosts), (WORKER, cluster.worker_hosts)):
        if not hosts:
            raise WrongClusterError(f'the cluster has no {job}; it takes at least one parameter '
                                    'server and one worker')
        for address in hosts:
            _check_address(job, address)
    addresses = cluster.ps_hosts + cluster.worker_hosts
    twice = sorted({address for address in addresses if addresses.count(address) > 1})
    if twice:
        raise WrongClusterError(f'{", ".join(twice)} is there more than once in the cluster; each '
                                'process takes an address of its own')
    if cluster.job not in (PS, WORKER):
        raise WrongClusterError(f'the job of this process is {cluster.job!r}, expected {PS} or '
                                f'{WORKER}; the chief, worker 0, evaluates')
    hosts = cluster.ps_hosts if cluster.job == PS else cluster.worker_hosts
    if not 0 <= cluster.index < len(hosts):
        raise WrongClusterError(f'this process is {cluster.job} {cluster.index}, but the cluster '
                                f'has {len(hosts)} of them, counted from 0')
    return cluster


def from_tf_config(text, is_synchronous, wait_seconds):
    """The `Cluster` of the environment variable TF_CONFIG, or None where it names one process.

    `chief` or `master` there is worker 0, and the workers come after it.

    Raises:
        WrongClusterError: it is no cluster.
    """
    try:
        content = json.loads(text or '{}')
        jobs = dict(content.get('cluster') or {})
        task = dict(content.get('task') or {})
        hosts = {job: _addresses(job, addresses) for job, addresses in jobs.items()}
        index = int(task.get('index', 0))
    except (ValueError, TypeError, AttributeError) as error:
        raise WrongClusterError(f'TF_CONFIG is no description of a cluster ({error})') from error
    if sum(map(len, hosts.values())) <= 1 and not hosts.get(PS):
        return None
    job = task.get('type')
    chiefs = [address for name in _CHIEFS for address in hosts.pop(name, [])]
    if len(chiefs) > 1:
        raise WrongClusterError(f'TF_CONFIG has {len(chiefs)} chiefs, {", ".join(chiefs)}; it '
                                'takes one, the others are workers')
    if job in _CHIEFS:
        job = WORKER
    elif job == WORKER:
        index += len(chiefs)
    unknown = sorted(set(hosts) - {PS, WORKER})
    if unknown:
        raise WrongClusterError(f'TF_CONFIG has the jobs {", ".join(unknown)}, expected only '
                                f'chief, {WORKER} and {PS}')
    return check(Cluster(hosts.get(PS, []), chiefs + hosts.get(WORKER, []), job, index,
                         is_synchronous, wait_seconds))


def _addresses(job, addresses):
    if not isinstance(addresses, list):
        raise TypeError(f'expected a list of addresses of {job}, got {json.dumps(addresses)}')
    return list(map(str, addresses))


def _check_address(job, address):
    host, _, port = address.rpartition(':')
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise WrongClusterError(f'{address!r}, an address of a {job}, is not of the form host:port')
