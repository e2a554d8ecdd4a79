"""Bytes that a training step of the wide CIFAR-10 network moves between a worker and its server.

    python benchmarks/traffic.py

One worker and one parameter server, each with TensorFlow's server, which reach each other through
two relays that count. TT-layers against dense ones; the bytes of a step do not depend on the batch.
Writes traffic.json to --out.
"""

import contextlib
import os
import socket
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import numpy as np
import tensorflow.compat.v1 as tf

from benchmarks.command_line import add_out, make_parser, run
from benchmarks.machine import machine_record
from benchmarks.paper_networks import KINDS, wide_network
from tensornet.whole_file import write_json

STEPS = 2
BATCH_SIZE = 2
PS, WORKER = 'ps', 'worker'


def main(arguments):
    """Measures the networks one after the other, each with servers of its own."""
    tf.disable_v2_behavior()
    tf.logging.set_verbosity(tf.logging.ERROR)
    results = {'machine': machine_record(tensorflow=tf.__version__), 'networks': {}}
    for kind in KINDS:
        results['networks'][kind] = measured = _measure(kind)
        print(f'{kind}: {measured["parameters"]} parameters, {measured["bytes_to_worker"]:.0f} '
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


def _measure(kind):
    """Returns the parameters of a network and the bytes of one of its steps, a dict."""
    ports = _free_ports(4)
    server, worker, server_relay, worker_relay = (f'127.0.0.1:{port}' for port in ports)
    to_server, to_worker = Relay(ports[2], ports[0]), Relay(ports[3], ports[1])
    # Each knows the other by its relay.
    servers = [tf.train.Server({PS: [server], WORKER: [worker_relay]}, PS, 0),
               tf.train.Server({PS: [server_relay], WORKER: [worker]}, WORKER, 0)]
    with tf.Graph().as_default():
        # Variables are on the server, all else is computed here.
        with tf.device(tf.train.replica_device_setter(
                1, ps_device='/job:' + PS, worker_device=f'/job:{WORKER}/task:0')):
            step = _training_step(kind)
        parameters = sum(variable.shape.num_elements() for variable in tf.trainable_variables())
        with tf.Session(servers[1].target) as session:
            session.run(tf.global_variables_initializer())
            session.run(step)
            before = _bytes(to_server, to_worker)
            for _ in range(STEPS):
                session.run(step)
            to_worker_bytes, to_server_bytes = (
                (now - then) / STEPS
                for now, then in zip(_bytes(to_server, to_worker), before))
    return {'parameters': parameters, 'bytes_of_parameters': 4 * parameters,
            'bytes_to_worker': to_worker_bytes, 'bytes_to_server': to_server_bytes}


def _training_step(kind):
    """Builds a step of gradient descent that also moves averages of the weights, where these are.

    Returns:
        What a step runs, a tensor of the steps that are made after it.
    """
    images = np.random.RandomState(0).randint(0, 256, [BATCH_SIZE, 32, 32, 3])
    logits = wide_network(tf.constant(images / 255.0, tf.float32), kind, train_phase=True)
    loss = tf.losses.sparse_softmax_cross_entropy(np.arange(BATCH_SIZE), logits)
    global_step = tf.train.get_or_create_global_step()
    update = tf.train.GradientDescentOptimizer(0.01).minimize(loss, global_step)
    averages, moved = tf.train.ExponentialMovingAverage(0.9), []
    with tf.control_dependencies([update]):
        for variable in tf.trainable_variables():
            with tf.device(variable.device):
                moved.append(averages.apply([variable]))
    with tf.control_dependencies(moved):
        return tf.identity(global_step.read_value())


def _free_ports(count):
    """Ports of the loopback that nothing listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(contextlib.closing(socket.socket())) for _ in range(count)]
        for some in sockets:
            some.bind(('127.0.0.1', 0))
        return [some.getsockname()[1] for some in sockets]


def _bytes(to_server, to_worker):
    """Bytes so far to the worker, and to the server."""
    return to_server.received + to_worker.sent, to_server.sent + to_worker.received


if __name__ == '__main__':
    parser = make_parser(__doc__)
    add_out(parser)
    run(main, parser)
