"""The networks VGG-16 and VGG-19, with their layers in other formats."""
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from experiments.common.graphs import count_parameters
from experiments.vgg.fully_connected import TT, LowRank, modes_for, tt_of_rank
from experiments.vgg.network import VGG16, VGG19, images_placeholder, inference, layer_sizes
from tests.sessions import random_values, session

SMALL = VGG16._replace(channels=(4, 4, 8, 8, 8), hidden=(16, 12), classes=5, side=64)


class ParametersTest(unittest.TestCase):

    @parameterized.expand([
        # The totals of Simonyan and Zisserman's networks, with biases.
        (VGG16, 138357544), (VGG19, 143667240)])
    def test_dense_networks(self, architecture, expected):
        with tf.Graph().as_default() as graph:
            inference(images_placeholder(architecture), architecture)
            self.assertEqual(expected, count_parameters())
            self.assertLess(graph.as_graph_def().ByteSize(), 1 << 20)

    @parameterized.expand([
        ('fc6', tt_of_rank(25088, 4096, 4), 2016), ('fc7', tt_of_rank(4096, 4096, 4), 1152),
        # 4x2 and 4x5 modes: 8*2, 8*2*2 twice, 20*2*2 twice, 20*2.
        ('fc8', tt_of_rank(4096, 1000, 2), 16 + 2 * 32 + 2 * 80 + 40),
        ('fc6', LowRank(5), 5 * (25088 + 4096)), ('fc8', LowRank(1), 4096 + 1000)])
    def test_one_layer_in_another_format(self, layer, form, expected):
        inp_size, out_size = layer_sizes(VGG16)[layer]
        with tf.Graph().as_default():
            inference(images_placeholder(VGG16), VGG16, {layer: form})
            self.assertEqual(138357544 - inp_size * out_size + expected, count_parameters())

    def test_modes_are_the_papers(self):
        self.assertEqual([2, 7, 8, 8, 7, 4], modes_for(25088))
        self.assertEqual([4] * 6, modes_for(4096))
        self.assertEqual([2, 2, 2, 5, 5, 5], modes_for(1000))

    def test_variables_can_be_frozen(self):
        with tf.Graph().as_default():
            inference(images_placeholder(SMALL), SMALL, {'fc6': LowRank(2)}, trainable=False)
            self.assertEqual(0, count_parameters())
            # Weights and biases of 16 layers, and the second matrix of fc6.
            self.assertEqual(2 * 16 + 1, len(tf.global_variables()))

    def test_an_unknown_layer(self):
        with tf.Graph().as_default(), self.assertRaisesRegex(
                ValueError, r"`formats` has \['fc9'\], but the layers are \['fc6'"):
            inference(images_placeholder(SMALL), SMALL, {'fc9': LowRank(2)})


class LogitsTest(unittest.TestCase):

    def setUp(self):
        self.images = np.random.RandomState(0).normal(size=(2, 64, 64, 3)).astype(np.float32)

    @parameterized.expand([
        ('low_rank', LowRank(3)), ('tt', TT([2, 4, 4], [2, 2, 4], [1, 4, 4, 1]))])
    def test_a_format_is_its_dense_matrix(self, _, form):
        with tf.Graph().as_default():
            logits = inference(tf.constant(self.images), SMALL, {'fc6': form})
            # Of such a size, and with biases such that few units are inactive for all images.
            values = {name: 0.1 * np.abs(value) if name.endswith('biases')
                      else value * np.sqrt(2 * value.shape[-1] / value.size)
                      for name, value in random_values().items()}
            with session(values) as opened:
                actual = opened.run(logits)
        layer = 'inference/fc6/'
        if isinstance(form, LowRank):
            dense = values[layer + 'first/weights'] @ values[layer + 'second/weights']
            biases = values[layer + 'second/biases']
        else:
            dense = _dense([values[f'{layer}mat_core_{k}'] for k in (1, 2, 3)], form)
            biases = values[layer + 'biases']
        values = {name: value for name, value in values.items() if not name.startswith(layer)}
        with tf.Graph().as_default():
            logits = inference(tf.constant(self.images), SMALL)
            with session(dict(values, **{layer + 'weights': dense, layer + 'biases': biases})) \
                    as opened:
                expected = opened.run(logits)
        self.assertEqual((2, 5), actual.shape)
        self.assertGreater(np.abs(expected - expected[::-1]).max(), 1e-4 * np.abs(expected).max())
        np.testing.assert_allclose(actual, expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max())

    def test_dropout_follows_fc6_and_fc7(self):
        seen = []

        def dropout(state):
            seen.append(state.shape.as_list()[1])
            return state

        with tf.Graph().as_default():
            inference(images_placeholder(SMALL), SMALL, dropout=dropout)
        self.assertEqual([16, 12], seen)


def _dense(cores, form):
    """Multiplies three cores `[o_k r_k, r_{k-1} i_k]` out to `[in, out]`."""
    ranks = form.ranks
    cores = [core.reshape(out, right, left, inp) for core, out, right, left, inp in zip(
        cores, form.out_modes, ranks[1:], ranks[:-1], form.inp_modes)]
    product = np.einsum('abzi,cdbj,eydk->ijkace', *cores)
    return product.reshape(np.prod(form.inp_modes), np.prod(form.out_modes))


if __name__ == '__main__':
    unittest.main()
