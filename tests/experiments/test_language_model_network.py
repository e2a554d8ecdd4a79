"""The language model and its perplexity, against NumPy."""
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from experiments.common.graphs import count_parameters
from experiments.language_model import recipe
from experiments.language_model.corpus import Corpus
from experiments.language_model.network import count_embedding_parameters, inference
from experiments.language_model.perplexity import build_meter, perplexity
from tensornet.rnn import LSTMStateTuple
from tests.experiments.lstm_steps import lstm_steps
from tests.references.tt_table import tt_table

WORDS, SIZE = 17, 8
VOC_MODES, EMB_MODES, RANKS = [3, 2, 3], [2, 2, 2], [1, 2, 3, 1]
OPTIONS = recipe.Options('tt', VOC_MODES, EMB_MODES, RANKS, epochs=2, batch_size=2, window=3,
                         learning_rate=0.01, dropout=0.0, seed=1, plan='auto', precision='float32')


def logits_of(words, state, variables, embedding):
    """The logits in NumPy, and the last `c` and `h`."""
    scope = 'language_model/'
    if embedding == 'tt':
        cores = [variables[f'{scope}embedding/mat_core_{number}'] for number in (1, 2, 3)]
        table = tt_table(cores, VOC_MODES, EMB_MODES, RANKS)[:WORDS]
    else:
        table = variables[scope + 'embedding/table']
    lstm = [variables[f'{scope}rnn/lstm/{name}']
            for name in ('inputs/weights', 'state/weights', 'biases')]
    hidden, c, h = lstm_steps(table[words], *lstm, *state)
    return hidden @ table.T + variables[scope + 'embedding/biases'], c, h


def surprise_of(words, state, variables, embedding):
    """The mean of minus the logarithms of the probabilities of a window's words, and the state."""
    logits, c, h = logits_of(words[:, :-1], state, variables, embedding)
    normalized = logits - np.log(np.sum(np.exp(logits), axis=2, keepdims=True))
    return -np.mean(np.take_along_axis(normalized, words[:, 1:, None], axis=2)), (c, h)


def network(embedding):
    return lambda words, state, drop=None: inference(
        words, state, WORDS, embedding, VOC_MODES, EMB_MODES, RANKS, drop)


def load_random_values(session, random):
    session.run(tf.global_variables_initializer())
    for variable in tf.trainable_variables():
        variable.load(random.normal(0, 0.7, variable.shape.as_list()), session)


def values(session):
    return {variable.op.name: value for variable, value in
            zip(tf.global_variables(), session.run(tf.global_variables()))}


class InferenceTest(unittest.TestCase):

    @parameterized.expand(['tt', 'dense'])
    def test_logits_and_state_equal_numpy(self, embedding):
        random = np.random.RandomState(0)
        words = random.randint(0, WORDS, [2, 5]).astype(np.int32)
        state = tuple(random.normal(0, 1, [2, SIZE]) for _ in range(2))
        with tf.Graph().as_default(), tf.Session() as session:
            found = network(embedding)(tf.constant(words), LSTMStateTuple(
                *(tf.constant(part, tf.float32) for part in state)))
            load_random_values(session, random)
            logits, (c, h) = session.run(found)
            expected = logits_of(words, state, values(session), embedding)
        for one, other in zip((logits, c, h), expected):
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-4)

    @parameterized.expand([
        # Cores 20 * 4 * 36 + 20 * 4 * 36 ** 2 + 25 * 8 * 36.
        ('tt', 113760), ('dense', 10000 * 128)])
    def test_parameters(self, embedding, expected):
        with tf.Graph().as_default():
            for _ in range(2):
                inference(tf.zeros([2, 3], tf.int32), LSTMStateTuple(*[tf.zeros([2, 128])] * 2),
                          10000, embedding, [20, 20, 25], [4, 4, 8], [1, 36, 36, 1])
            self.assertEqual(expected, count_embedding_parameters())
            self.assertEqual(expected + 10000 + 2 * 128 * 512 + 512, count_parameters())

    @parameterized.expand(['tt', 'dense'])
    def test_initial_rows_are_about_as_long_with_both_embeddings(self, embedding):
        inputs = []

        def keep(tensor, number):
            inputs.append(tensor)
            return tensor

        with tf.Graph().as_default(), tf.Session() as session:
            tf.set_random_seed(1)
            inference(tf.range(1000)[None], LSTMStateTuple(*[tf.zeros([1, 64])] * 2), 1000,
                      embedding, [10, 10, 10], [4, 4, 4], [1, 9, 9, 1], keep)
            session.run(tf.global_variables_initializer())
            self.assertAlmostEqual(1 / 64, np.mean(session.run(inputs[0]) ** 2), delta=0.001)


class PerplexityTest(unittest.TestCase):

    @parameterized.expand([(2,), (14,), (24,), (25,), (31,)])
    def test_each_word_counts_once(self, size):
        """Two rows, each with windows of four words; the state goes on within a row."""
        random = np.random.RandomState(size)
        text = random.randint(0, WORDS, size).astype(np.int32)
        with tf.Graph().as_default(), tf.Session() as session:
            meter = build_meter(network('tt'), 2, 4, SIZE)
            load_random_values(session, random)
            measured = perplexity(session, meter, text)
            variables = values(session)
        piece, total = -(-(size - 1) // 2), 0.0
        for start in range(0, size - 1, piece):
            words = text[None, start:min(start + piece, size - 1) + 1]
            mean, _ = surprise_of(words, [np.zeros([1, SIZE])] * 2, variables, 'tt')
            total += mean * (words.shape[1] - 1)
        self.assertAlmostEqual(1, np.exp(total / (size - 1)) / measured, places=4)


class RecipeTest(unittest.TestCase):

    def test_the_state_goes_on_from_step_to_step_and_begins_anew_with_an_epoch(self):
        random = np.random.RandomState(0)
        modules = [random.randint(0, WORDS, 13).astype(np.int32) for _ in range(2)]
        corpus = Corpus('random', ['<unk>'] + [''] * (WORDS - 1), modules, modules[0], 1, 0, '')
        # At this rate the variables remain what they are.
        options = OPTIONS._replace(learning_rate=1e-30)
        graph, task = recipe.build_graph(corpus, options)
        with graph.as_default(), tf.Session() as session:
            load_random_values(session, random)
            variables = values(session)
            measured = [session.run([task.train_op, task.loss])[1] for _ in range(8)]
            kept = [values(session)[f'state/{name}'] for name in 'ch']
        with tf.Graph().as_default(), tf.Session() as session:
            found = tf.data.make_one_shot_iterator(recipe.training_windows(
                modules, 2, 3, options.seed)).get_next()
            windows = [session.run(found)[0] for _ in range(8)]
        for step, words in enumerate(windows):
            if step % 4 == 0:
                state = [np.zeros([2, SIZE])] * 2
            expected, state = surprise_of(words, state, variables, 'tt')
            self.assertAlmostEqual(expected, measured[step], places=4, msg=f'step {step}')
        for one, other in zip(kept, state):
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
