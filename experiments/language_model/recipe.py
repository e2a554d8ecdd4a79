"""How the language models are trained: one recipe for every embedding."""
import collections
import os
import platform

import numpy as np
import tensorflow.compat.v1 as tf

from experiments.common import training
from experiments.common.clipped_adam import clipped_adam
from experiments.common.computation import session_config, training_graph
from experiments.common.graphs import count_parameters, new_graph
from experiments.common.randomness import dropout
from experiments.common.run import open_run
from experiments.common.run_folder import RESULTS
from experiments.language_model.corpus import count_words
from experiments.language_model.network import count_embedding_parameters, inference
from experiments.language_model.perplexity import build_meter, perplexity
from experiments.language_model.windows import training_windows, windows_per_epoch
from experiments.language_model.words import UNKNOWN
from tensornet.rnn import LSTMStateTuple
from tensornet.whole_file import write_json
from tensornet.wording import counted

MEASURED = ('test_perplexity', 'train_perplexity')

# The options that say nothing about a dense embedding, and are not among its run's settings.
_OF_TT = ('voc_modes', 'ranks', 'plan')

Options = collections.namedtuple('Options', [
    'embedding', 'voc_modes', 'emb_modes', 'ranks', 'epochs', 'batch_size', 'window',
    'learning_rate', 'dropout', 'seed', 'plan', 'precision'])
Options.__doc__ = """What decides the results of a run beside the text.

Attributes:
    embedding, voc_modes, emb_modes, ranks: see `network.inference`.
    epochs: passes over the training modules.
    batch_size: rows of text that are read side by side.
    window: words of a row in a step, through which gradients go back.
    learning_rate: the highest rate of Adam; it falls to zero along a cosine.
    dropout: share of the LSTM's inputs and outputs that is set to zero in a training step.
    seed: of initial values, of the modules' order and of dropout.
    plan: of the TT embedding, see `tensornet.layers.default_plan`. It decides the rounding; with
        TensorFlow 1, where they depend on the operations before, also the initial values.
    precision: of the arithmetic, 'float32' or 'bfloat16'.
"""


def train_network(corpus, options, run_options):
    """Trains a network, or resumes or completes the training that lies in its folder.

    Writes checkpoints, TensorBoard summaries, `results.json` and `learning_curve.png` there.

    Args:
        corpus: a `Corpus`.
        options: an `Options`.
        run_options: a `RunOptions`.

    Returns:
        The content of `results.json`, a dict.

    Raises:
        ShortTextError: the corpus is too small for a step.
        WrongLogDirError: see `open_run`.
        RunInterruptedError, DivergenceError: see `training.train`.
    """
    train_words, test_words = count_words(corpus)
    per_epoch = windows_per_epoch(train_words, options.batch_size, options.window)
    steps, report = options.epochs * per_epoch, run_options.report
    settings, sizes = _settings(corpus, options), _sizes(corpus, options)
    with open_run(run_options.log_dir, settings, MEASURED, run_options.restart) as run:
        report(f'{corpus.name}: {train_words} words to train on and {test_words} held out, '
               f'{len(corpus.vocabulary)} different; {sizes["parameters"]} parameters, '
               f'{sizes["embedding_parameters"]} in the embedding, '
               f'{sizes["dense_embedding_parameters"]} in a dense one; '
               f'{counted(options.epochs, "epoch", "epochs")} of '
               f'{counted(per_epoch, "step", "steps")}')
        last = training.train_run(
            lambda first_step: build_graph(corpus, options, first_step, report), run, steps,
            per_epoch, run_options, _title(options), 'perplexity',
            config=session_config(options.precision))
        content = dict(
            settings, test_perplexity=round(last['test_perplexity'], 4),
            train_perplexity=round(last['train_perplexity'], 4), steps=steps,
            seconds=round(last['seconds'], 1),
            steps_per_second=round(steps / run.record.training_seconds, 3), **sizes,
            **_text(corpus), python=platform.python_version(),
            tensorflow=run.record.tensorflow or tf.__version__)
        write_json(os.path.join(run.log_dir, RESULTS), content)
        return content


def build_graph(corpus, options, first_step=0, report=None):
    """Builds the training graph.

    The state of the LSTM is kept from step to step in variables that a checkpoint holds, and is
    zero at the beginning of an epoch.

    Args:
        corpus: a `Corpus`.
        options: an `Options`.
        first_step: steps made already; the input starts there.
        report: called with a line of text where plans were measured, or None.

    Returns:
        The graph and its `training.Task`, which measures `test_perplexity` and `train_perplexity`.
    """
    return training_graph(options, lambda: _build_task(corpus, options, first_step), report)


def _build_task(corpus, options, first_step):
    dataset = training_windows(corpus.train, options.batch_size, options.window, options.seed,
                               first_step)
    words, step = tf.data.make_one_shot_iterator(dataset).get_next()
    per_epoch = windows_per_epoch(count_words(corpus)[0], options.batch_size, options.window)
    kept = _state_variables(options)
    goes_on = tf.cast(step % per_epoch > 0, tf.float32)
    state = LSTMStateTuple(*(goes_on * part for part in kept))
    logits, state_behind = _network(corpus, options)(
        words[:, :-1], state,
        lambda tensor, number: dropout(tensor, options.dropout, options.seed, step, number))
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=words[:, 1:], logits=logits))
    update = clipped_adam(loss, options.learning_rate, options.epochs * per_epoch)
    # Not before the update: the gradients ask for the state before the step.
    with tf.control_dependencies([update]):
        train_op = tf.group(*(part.assign(behind) for part, behind in zip(kept, state_behind)))
    return training.Task(train_op, loss, _evaluation(corpus, options))


def _evaluation(corpus, options):
    """Returns the function `Task.evaluate`; as much of the training text as is held out counts."""
    meter = build_meter(_network(corpus, options), options.batch_size, options.window,
                        _size(options))
    train_text = np.concatenate(corpus.train)[:len(corpus.test)]

    def evaluate(session, last):
        return {'test_perplexity': perplexity(session, meter, corpus.test),
                'train_perplexity': perplexity(session, meter, train_text)}

    return evaluate


def _network(corpus, options):
    def network(words, state, drop=None):
        return inference(words, state, len(corpus.vocabulary), options.embedding,
                         options.voc_modes, options.emb_modes, options.ranks, drop)

    return network


def _state_variables(options):
    shape = [options.batch_size, _size(options)]
    with tf.variable_scope('state'):
        return [tf.get_variable(name, shape, initializer=tf.zeros_initializer, trainable=False)
                for name in LSTMStateTuple._fields]


def _size(options):
    return int(np.prod(options.emb_modes))


def _sizes(corpus, options):
    """The numbers of parameters of the network and of its embedding."""
    with new_graph():
        build_meter(_network(corpus, options), 1, 1, _size(options))
        embedding, dense = count_embedding_parameters(), len(corpus.vocabulary) * _size(options)
        return {'parameters': count_parameters(), 'embedding_parameters': embedding,
                'dense_embedding_parameters': dense,
                'embedding_compression': round(dense / embedding, 2)}


def _text(corpus):
    """What the text is, as dict of JSON values."""
    train_words, test_words = count_words(corpus)
    unknown = corpus.vocabulary.index(UNKNOWN)
    return {
        'vocabulary': len(corpus.vocabulary), 'train_modules': len(corpus.train),
        'test_modules': corpus.test_modules, 'unreadable_modules': corpus.unreadable,
        'train_words': train_words, 'test_words': test_words,
        'unknown_test_words_percent': round(100 * float(np.mean(corpus.test == unknown)), 2)}


def _settings(corpus, options):
    settings = dict(options._asdict(), dataset=corpus.name, sha256=corpus.sha256)
    if options.embedding == 'dense':
        for name in _OF_TT:
            del settings[name]
    return settings


def _title(options):
    if options.embedding == 'dense':
        return f'Python sources, dense embedding, rows of {_size(options)}'
    return (f'Python sources, TT embedding {"x".join(map(str, options.voc_modes))} by '
            f'{"x".join(map(str, options.emb_modes))}, ranks {",".join(map(str, options.ranks))}')
