"""Divergence of a training run."""
import math

from experiments.common.expected_error import ExpectedError


class DivergenceError(ExpectedError):
    """The loss or the weights are no longer finite."""


def check_loss(loss, step):
    """Raises `DivergenceError` unless the number `loss`, computed in step `step`, is finite."""
    if not math.isfinite(loss):
        raise DivergenceError(f'the loss is {loss} at step {step}')
