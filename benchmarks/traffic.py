"""Bytes that a training step of the wide CIFAR-10 network moves between a worker and its server.

    python benchmarks/traffic.py

One worker and one parameter server, each with TensorFlow's server, which reach each other through
two relays that count. TT-layers against dense ones; the bytes of a step do not depend on the batch.
Writes traffic.json to --out.
"""

import os
import socket
import sys
import threading

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, ROOT)
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import numpy as np  # noqa: E402
import tensorflow.compat.v1 as tf  # noqa: E402

from benchmarks.command_line import add_out, make_parser, run  # noqa: E402
from benchmarks.machine import machine_record  # noqa: E402
from experiments.cifar10_fc import recipe  # noqa: E402
from experiments.cluster.asynchronous import apply_alone  # noqa: E402
from experiments.cluster.free_ports import free_ports  # noqa: E402
from experiments.cluster.server import network_device, session_config  # noqa: E402
from experiments.cluster.specification import PS, WORKER, Cluster  # noqa: E402
from experiments.common.alone import Alone  # noqa: E402
from experiments.common.image_set import ImageSet  # noqa: E402
from experiments.common.parameters import count_parameters  # noqa: E402
from tensornet.whole_file import write_json  # noqa: E402

STEPS = 2
BATCH_SIZE = 2
NETWORKS = [('tt', {'layer': 'tt', 'hidden_modes': (8,) * 6, 'ranks': [1] + [10] * 5 + [1]}),
            ('dense', {'layer': 'dense', 'hidden_modes': (8,) * 6, 'ranks': None})]


def main(arguments):
    """Measures the networks one after the other, each with servers of its own."""
    tf.disable_v2_behavior()
    tf.logging.set_verbosity(tf.logging.ERROR)
    results = {'machine': machine_record(tensorflow=tf.__version__), 'networks': {}}
    for name, layers in NETWORKS:
        results['networks'][name] = measured = _measure(layers)
        print(f'{name}: {measured["parameters"]} parameters, {measured["bytes_to_worker"]:.0f} '
              f'bytes a step to the worker and {measured["bytes_to_server"]:.0f} back')
    write_json(os.path.join(arguments.out, 'traffic.json'), results)


class Relay:
    """Passes connections on to a port of this machine and counts the bytes of both directions.

    Args:
        port: where it listens.
        target: the port it passes on to.

    Attributes:
        sent, received: bytes to the target, and from it.
    """

    def __init__(self, port, target):
        self.sent = self.received = 0
        self._target = target
        self._lock = threading.Lock()
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(('127.0.0.1', port))
        self._listener.listen(16)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            here, _ = self._listener.accept()
            there = socket.create_connection(('127.0.0.1', self._target))
            for source, sink, name in ((here, there, 'sent'), (there, here, 'received')):
                threading.Thread(target=self._pass_on, args=(source, sink, name),
                                 daemon=True).start()

    def _pass_on(self, source, sink, name):
        while True:
            part = source.recv(1 << 20)
            if not part:
                return
            with self._lock:
                setattr(self, name, getattr(self, name) + len(part))
            sink.sendall(part)


class _Worker(Alone):
    """The part of a worker that is the only one."""

    def __init__(self, cluster, target):
        self._cluster = cluster
        self.target = target

    def network(self):
        return tf.device(network_device(self._cluster))

    def apply_gradients(self, optimizer, gradients, global_step, averages=None):
        return apply_alone(optimizer, gradients, global_step, averages)


def _measure(layers):
    """Returns the parameters of a network and the bytes of one of its steps, a dict."""
    ports = free_ports(4)
    server, worker, server_relay, worker_relay = (f'127.0.0.1:{port}' for port in ports)
    to_server, to_worker = Relay(ports[2], ports[0]), Relay(ports[3], ports[1])
    # Each knows the other by its relay.
    servers = [tf.train.Server({PS: [server], WORKER: [worker_relay]}, PS, 0),
               tf.train.Server({PS: [server_relay], WORKER: [worker]}, WORKER, 0)]
    cluster = Cluster([server_relay], [worker], WORKER, 0, False, 60)
    options = recipe.Options(batch_size=BATCH_SIZE, learning_rate=0.01, seed=1, **layers)
    part = _Worker(cluster, servers[1].target)
    images = np.random.RandomState(0).randint(0, 256, [4, 32, 32, 3]).astype(np.uint8)
    data = ImageSet('random', images, np.arange(4), images, np.arange(4))
    with tf.Graph().as_default():
        with part.network():
            task = recipe.build_task(data, options, part=part)
        parameters = count_parameters()
        with tf.Session(part.target, config=session_config(cluster)) as session:
            session.run(tf.global_variables_initializer())
            session.run(task.train_op)
            before = _bytes(to_server, to_worker)
            for _ in range(STEPS):
                session.run(task.train_op)
            to_worker_bytes, to_server_bytes = (
                (now - then) / STEPS
                for now, then in zip(_bytes(to_server, to_worker), before))
    return {'parameters': parameters, 'bytes_of_parameters': 4 * parameters,
            'bytes_to_worker': to_worker_bytes, 'bytes_to_server': to_server_bytes}


def _bytes(to_server, to_worker):
    """Bytes so far to the worker, and to the server."""
    return to_server.received + to_worker.sent, to_server.sent + to_worker.received


if __name__ == '__main__':
    parser = make_parser(__doc__)
    add_out(parser)
    run(main, parser)
