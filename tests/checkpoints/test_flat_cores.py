"""Checkpoints of the library of 2016: one flat `weights` a TT layer, other names around it."""

import contextlib
import io
import os
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet import checkpoints, layers
from tensornet.checkpoints import command_line
from tests.checkpoints import written

INP_MODES, OUT_MODES, RANKS = [2, 3, 4], [3, 2, 2], [1, 3, 2, 1]
EPS = 1e-3
MEAN, VARIANCE = [f'BN_2/moments/normalize/{statistic}/ExponentialMovingAverage'
                  for statistic in ('mean', 'variance')]


def flat_layer(inp, flat, inp_modes, out_modes, ranks):
    """Multiplies as the layer of 2016 did, in float64: core after core of a flat array."""
    out, start = np.asarray(inp, np.float64).T, 0
    for i, o, left, right in zip(inp_modes, out_modes, ranks[:-1], ranks[1:]):
        size = left * i * o * right
        core = flat[start:start + size].reshape(left * i, o * right)
        start += size
        out = core.T @ out.reshape(left * i, -1)
        out = out.reshape(o, -1).T
    return out.reshape(-1, np.prod(out_modes))


class FlatCoresTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        random = np.random.RandomState(0)
        size = sum(left * i * o * right for i, o, left, right
                   in zip(INP_MODES, OUT_MODES, RANKS[:-1], RANKS[1:]))
        self.batch = random.normal(size=[5, 24]).astype('float32')
        self.saved = {name: random.normal(size=shape).astype('float32') for name, shape in [
            ('tt_1/weights', [size]), ('tt_1/biases', [12]), ('BN_2/weigths', [12]),
            ('BN_2/biases', [12]), ('linear_3/weights', [12, 4]), ('linear_3/biases', [4])]}
        self.saved[MEAN] = random.normal(size=12).astype('float32')
        self.saved[VARIANCE] = random.uniform(1, 2, size=12).astype('float32')
        self.saved['tt_1/weights/Momentum'] = random.normal(size=size).astype('float32')

    def logits(self):
        """Returns what the network of 2016 computes in the evaluation phase."""
        saved = self.saved
        out = flat_layer(self.batch, saved['tt_1/weights'], INP_MODES, OUT_MODES, RANKS)
        out = out + saved['tt_1/biases'] - saved[MEAN]
        out = out / np.sqrt(saved[VARIANCE] + EPS) * saved['BN_2/weigths']
        out = out + saved['BN_2/biases']
        return out @ saved['linear_3/weights'] + saved['linear_3/biases']

    def restore(self, ranks=RANKS, variables=tf.trainable_variables):
        """Restores into today's layers; returns the logits and the momentum of the cores."""
        prefix = written.save(self.folder, self.saved)
        with tf.Graph().as_default(), tf.Session() as session:
            out = layers.tt(self.batch, INP_MODES, OUT_MODES, ranks, scope='tt_1')
            out = layers.batch_normalization(out, False, eps=EPS, scope='BN_2')
            out = layers.linear(out, 4, scope='linear_3')
            optimizer = tf.train.MomentumOptimizer(0.1, 0.9)
            optimizer.minimize(tf.reduce_sum(out))
            cores = tf.trainable_variables('tt_1/mat_core')
            slots = [optimizer.get_slot(core, 'momentum') for core in cores]
            picked = variables() + slots + layers.moving_statistics()[:2]
            session.run(tf.global_variables_initializer())
            checkpoints.Saver(picked, strict=True).restore(session, prefix)
            return session.run([out, slots])

    def test_the_network_computes_the_same(self):
        logits, _ = self.restore()
        np.testing.assert_allclose(self.logits(), logits, rtol=1e-4, atol=1e-4)

    def test_slots_are_cut_like_the_cores(self):
        _, slots = self.restore()
        flat = self.saved['tt_1/weights/Momentum']
        np.testing.assert_array_equal(
            flat, np.concatenate([slot.T.ravel() for slot in slots]))

    def test_other_ranks_are_refused(self):
        with self.assertRaisesRegex(
                checkpoints.CheckpointError, 'nothing was restored(.|\n)*lacks(.|\n)*mat_core_1'):
            self.restore(ranks=[1, 2, 2, 1])

    def test_names_that_tell(self):
        """What the command does: other names are new, flat cores are left and remarked."""
        prefix, out = written.save(self.folder, self.saved), os.path.join(self.folder, 'new')
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            self.assertEqual(0, command_line.main([prefix, '--out', out]))
        self.assertIn('tt_1/weights is flat, as the cores of a TT layer were in 2016, and is '
                      'copied as it is: restore it with tensornet.checkpoints.Saver into the '
                      'layer, and save that\n', output.getvalue())
        self.assertEqual(1, output.getvalue().count('is flat'))
        self.assertEqual(
            {'tt_1/weights', 'tt_1/weights/Momentum', 'tt_1/biases', 'BN_2/weights', 'BN_2/biases',
             'BN_2/moving_mean', 'BN_2/moving_variance', 'linear_3/weights', 'linear_3/biases'},
            set(checkpoints.Checkpoint(out).shapes))

    def test_a_variable_of_that_name_and_another_size_is_no_flat_layer(self):
        self.saved['tt_1/weights'] = self.saved['tt_1/weights'][:-1]
        with self.assertRaisesRegex(checkpoints.CheckpointError, 'mat_core_3'):
            self.restore()


if __name__ == '__main__':
    unittest.main()
