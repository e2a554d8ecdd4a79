"""How a process learns its place in a cluster, and what is said of a wrong one."""
import json
import unittest

from parameterized import parameterized

from experiments.cluster.addresses import check_addresses, free_ports, is_reachable
from experiments.cluster.specification import (
    PS,
    WORKER,
    Cluster,
    WrongClusterError,
    check,
    from_tf_config,
)


def cluster(**changed):
    content = dict(ps_hosts=['a:1'], worker_hosts=['b:2', 'c:3'], job=WORKER, index=0,
                   is_synchronous=False, wait_seconds=1)
    content.update(changed)
    return Cluster(**content)


def tf_config(jobs, kind, index):
    return json.dumps({'cluster': jobs, 'task': {'type': kind, 'index': index}})


class ClusterTest(unittest.TestCase):

    @parameterized.expand([
        ('no server', dict(ps_hosts=[]), 'the cluster has no ps; it takes at least one'),
        ('no worker', dict(worker_hosts=[]), 'the cluster has no worker'),
        ('no port', dict(ps_hosts=['a']), "'a', an address of a ps, is not of the form host:port"),
        ('port 0', dict(worker_hosts=['a:0']), "'a:0', an address of a worker, is not"),
        ('one address twice', dict(worker_hosts=['a:1', 'c:3']), 'a:1 is there more than once'),
        ('another job', dict(job='evaluator'), "the job of this process is 'evaluator', expected"),
        ('too large an index', dict(index=2), 'worker 2, but the cluster has 2 of them'),
    ])
    def test_a_wrong_cluster(self, _, changed, message):
        with self.assertRaisesRegex(WrongClusterError, message):
            check(cluster(**changed))

    def test_names(self):
        self.assertEqual('worker 0, the chief', cluster().name)
        self.assertEqual('worker 1', cluster(index=1).name)
        self.assertEqual('parameter server 0', cluster(job=PS).name)
        self.assertEqual(('c:3', 'a:1'), (cluster(index=1).address, cluster(job=PS).address))

    @parameterized.expand([
        ('nothing', None), ('empty', '{}'),
        ('one process', tf_config({'worker': ['a:1']}, WORKER, 0)),
    ])
    def test_a_process_alone(self, _, text):
        self.assertIsNone(from_tf_config(text, False, 1))

    @parameterized.expand([
        ('a worker', {'ps': ['a:1'], 'worker': ['b:2', 'c:3']}, 'worker', 1, (WORKER, 1)),
        ('a server', {'ps': ['a:1'], 'worker': ['b:2', 'c:3']}, 'ps', 0, (PS, 0)),
        ('a chief', {'ps': ['a:1'], 'chief': ['b:2'], 'worker': ['c:3']}, 'chief', 0, (WORKER, 0)),
        ('its worker', {'ps': ['a:1'], 'chief': ['b:2'], 'worker': ['c:3']}, 'worker', 0,
         (WORKER, 1)),
        ('a master', {'ps': ['a:1'], 'master': ['b:2'], 'worker': ['c:3']}, 'master', 0,
         (WORKER, 0)),
    ])
    def test_tf_config(self, _, jobs, kind, index, place):
        found = from_tf_config(tf_config(jobs, kind, index), True, 7)
        self.assertEqual((['a:1'], ['b:2', 'c:3'], True, 7), (
            found.ps_hosts, found.worker_hosts, found.is_synchronous, found.wait_seconds))
        self.assertEqual(place, (found.job, found.index))

    @parameterized.expand([
        ('no JSON', '{', 'TF_CONFIG is no description of a cluster'),
        ('no object', '[1]', 'TF_CONFIG is no description of a cluster'),
        ('an evaluator', tf_config({'ps': ['a:1'], 'worker': ['b:2']}, 'evaluator', 0),
         'the chief, worker 0, evaluates'),
        ('another job', tf_config({'ps': ['a:1'], 'worker': ['b:2'], 'tpu': ['c:3']}, WORKER, 0),
         'TF_CONFIG has the jobs tpu, expected only'),
        ('no server', tf_config({'worker': ['a:1', 'b:2']}, WORKER, 0), 'has no ps'),
        ('a server alone', tf_config({'ps': ['a:1']}, PS, 0), 'has no worker'),
        ('two chiefs', tf_config({'ps': ['a:1'], 'chief': ['b:2', 'c:3']}, 'chief', 1),
         'TF_CONFIG has 2 chiefs, b:2, c:3; it takes one, the others are workers'),
        ('a chief and a master', tf_config({'ps': ['a:1'], 'chief': ['b:2'], 'master': ['c:3']},
                                           'master', 0), 'TF_CONFIG has 2 chiefs'),
        ('no list', tf_config({'ps': 'a:1', 'worker': ['b:2']}, PS, 0),
         'expected a list of addresses of ps, got "a:1"'),
        ('no task', json.dumps({'cluster': {'ps': ['a:1'], 'worker': ['b:2']}}),
         'the job of this process is None, expected ps or worker'),
        ('a negative index', tf_config({'ps': ['a:1'], 'worker': ['b:2']}, WORKER, -1),
         'worker -1, but the cluster has 1 of them'),
        ('an index that is no number', tf_config({'ps': ['a:1'], 'worker': ['b:2']}, WORKER, 'x'),
         'TF_CONFIG is no description of a cluster'),
    ])
    def test_a_wrong_tf_config(self, _, text, message):
        with self.assertRaisesRegex(WrongClusterError, message):
            from_tf_config(text, False, 1)


class AddressesTest(unittest.TestCase):

    def test_an_unknown_host(self):
        with self.assertRaisesRegex(WrongClusterError, 'no.such.host.invalid:5: the host '
                                    'no.such.host.invalid is not known here'):
            check_addresses(cluster(ps_hosts=['no.such.host.invalid:5']))

    def test_nobody_answers_at_a_free_port(self):
        port, = free_ports(1)
        self.assertFalse(is_reachable(f'127.0.0.1:{port}'))
