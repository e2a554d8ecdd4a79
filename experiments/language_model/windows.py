"""The training input of the language model, which can start at any step."""
import numpy as np
import tensorflow.compat.v1 as tf

from experiments.common.errors import ExpectedError


class ShortTextError(ExpectedError):
    """A text is too short for a single training step."""


def training_windows(modules, rows, length, seed, first_step=0):
    """An endless `tf.data` pipeline of windows that follow each other.

    In each epoch the modules stand one after the other in another order, which depends on `seed`
    and the epoch alone. The text is cut into `rows` of the same length, which are read side by
    side, `length` words in a step: window `t + 1` goes on where window `t` ends, so that the state
    of a recurrent network can be kept from step to step. What is left over at the end of an epoch
    is dropped; it is something else in each.

    Args:
        modules: list of int32 arrays.
        rows: pieces that are read side by side.
        length: words in a window.
        seed: non-negative int.
        first_step: the step of the first window.

    Returns:
        A `tf.data.Dataset` of `(words [rows, length + 1], step [])`: the words of a window and the
        one behind it, int32, and the step, int64.

    Raises:
        ShortTextError: see `windows_per_epoch`.
    """
    per_epoch = windows_per_epoch(sum(map(len, modules)), rows, length)

    def generate():
        step, epoch = first_step, None
        while True:
            if step // per_epoch != epoch:
                epoch = step // per_epoch
                order = np.random.RandomState([seed, epoch]).permutation(len(modules))
                text = np.concatenate([modules[number] for number in order])
                row_length = per_epoch * length
                starts = np.arange(rows)[:, None] * row_length
            start = step % per_epoch * length
            yield text[starts + np.arange(start, start + length + 1)], step
            step += 1

    return tf.data.Dataset.from_generator(
        generate, (tf.int32, tf.int64), ((rows, length + 1), ())).prefetch(4)


def windows_per_epoch(words, rows, length):
    """The number of training steps in a text.

    Args:
        words: number of words of the text.
        rows, length: see `training_windows`.

    Raises:
        ShortTextError: there is not even one.
    """
    steps = (words - 1) // (rows * length)
    if not steps:
        raise ShortTextError(
            f'a step of --batch_size={rows} rows of --window={length} words needs '
            f'{rows * length + 1} words, but the training modules have {words}; pass a smaller '
            '--batch_size or --window')
    return steps
