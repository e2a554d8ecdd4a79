"""The messages in docs/troubleshooting.md are those of the library."""

import os
import re
import unittest
import warnings

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized
from tensorflow.python.eager import context

from tensornet import checkpoints, contraction, convert, layers
from tests import pages

PAGE = 'docs/troubleshooting.md'
CHECKPOINT = os.path.join(pages.ROOT, 'tests', 'fixtures', 'checkpoints', 'tf1.1-fc',
                          'model.ckpt-60')
MODES = [4, 8, 8, 4]
VECTORS = np.zeros([5, 1024], np.float32)


def _eager():
    with context.eager_mode():
        layers.linear(VECTORS, 3)


def _two_of_a_scope():
    for _ in range(2):
        layers.linear(VECTORS, 3, scope='fc')


def _uninitialized():
    with tf.Session() as session:
        session.run(layers.linear(VECTORS, 3))


def _imported_elsewhere():
    # The operation stands for one of the library in a process without it.
    with tf.get_default_graph().gradient_override_map({'Identity': 'NotImported'}):
        out = tf.identity(tf.constant(1.0))
    tf.gradients(out, out.op.inputs[0])


def _other_shape():
    layers.tt(VECTORS, MODES, MODES, 8, scope='fc')
    with tf.Session() as session:
        convert.assign(session, 'fc', {'mat_core_1': np.zeros([3, 3])})


def _no_such_scope():
    layers.tt(VECTORS, MODES, MODES, 8, scope='fc')
    with tf.Session() as session:
        convert.read(session, 'fc_2')


def _partial():
    layers.linear(VECTORS, 3, scope='fc')
    with tf.Session() as session:
        checkpoints.Saver().restore(session, CHECKPOINT)


def _from_dense(**target):
    dense = np.random.RandomState(0).normal(size=[64, 64])
    convert.tt_from_dense(dense, [8, 8], [8, 8], **target)


PROVOKED = [
    ('adds to a graph, but eager execution is on', _eager),
    ('choose modes that multiply to 1000',
     lambda: layers.tt(np.zeros([5, 1000], np.float32), MODES, MODES, 8)),
    ('must have the same length, but they are',
     lambda: layers.tt(VECTORS, MODES, [32, 32], 8)),
    ('must be a list of 5 TT-ranks, one more than there are cores',
     lambda: layers.tt(VECTORS, MODES, MODES, [1, 8, 8, 1])),
    ('must be a list that begins with 1',
     lambda: layers.tt(VECTORS, MODES, MODES, [2, 8, 8, 8, 1])),
    ('some TT-ranks are larger than useful',
     lambda: layers.tt(VECTORS, MODES, MODES, [1, 40, 8, 8, 1])),
    ('the last dimension of `inp` must be known while the graph is built',
     lambda: layers.linear(tf.placeholder(tf.float32, [None, None]), 3)),
    ('must have 2 dimensions, but its shape is',
     lambda: layers.linear(np.zeros([5, 4, 4], np.float32), 3)),
    ('must be of type float16, bfloat16, float32 or float64',
     lambda: layers.linear(np.zeros([5, 4], np.uint8), 3)),
    ('must be one for modes',
     lambda: layers.tt(VECTORS, MODES, MODES, 8,
                       plan=contraction.plan([32, 32], [32, 32], 8, batch_size=5))),
    ('pass an initializer or regularizer, not its result',
     lambda: layers.linear(VECTORS, 3, tf.zeros([1024, 3]))),
    ('already exists, disallowed', _two_of_a_scope),
    ('No gradient defined for operation', _imported_elsewhere),
    ('or pass `pad=True` to add zeros',
     lambda: convert.tt_from_dense(np.ones([60, 64]), [8, 8], [8, 8], ranks=2)),
    ('takes 7936 parameters with these modes, but the dense weights are 4096',
     lambda: _from_dense(eps=0.01)),
    ('cannot be met: with these modes, ranks of 1 take', lambda: _from_dense(compression=1000)),
    ('one of `ranks`, `eps` and `max_rank` is needed', _from_dense),
    ('must be finite, but it holds nan',
     lambda: convert.tt_from_dense(np.full([64, 64], np.nan), [8, 8], [8, 8], ranks=2)),
    ('has shape [32, 4], but the value has', _other_shape),
    ('there is no variable below the scope', _no_such_scope),
    ('there is no checkpoint of that name', lambda: checkpoints.Checkpoint('logs/none')),
    ('some variables were not restored, and keep the values they have', _partial),
]
# What TensorFlow says of a variable without a value, by version and kind of variable.
UNINITIALIZED = 'Attempting to use uninitialized value|Could not find variable|uninitialized'


class MessagesTest(unittest.TestCase):

    @parameterized.expand([(message, provoke) for message, provoke in PROVOKED])
    def test_is_raised(self, message, provoke):
        with tf.Graph().as_default(), warnings.catch_warnings():
            warnings.simplefilter('error', UserWarning)
            with self.assertRaisesRegex(Exception, re.escape(message)):
                provoke()

    def test_uninitialized(self):
        with tf.Graph().as_default(), self.assertRaisesRegex(tf.errors.OpError, UNINITIALIZED):
            _uninitialized()

    def test_all_messages_of_the_page_are_provoked(self):
        rows = re.findall(r'^\| (`+)(.*?)\1 (?:\(.*\) )?\| .* \|$', pages.read(PAGE),
                          re.MULTILINE)
        self.assertEqual([message for message, _ in PROVOKED],
                         [row for _, row in rows if not re.match(UNINITIALIZED, row)])


if __name__ == '__main__':
    unittest.main()
