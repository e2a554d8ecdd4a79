"""Sessions with known values in the variables."""

import contextlib

import numpy as np
import tensorflow.compat.v1 as tf


@contextlib.contextmanager
def session(values=None, config=None):
    """Opens a session on the default graph whose variables are initialized.

    Args:
        values: dictionary from the op name of a variable to its value; the other variables keep
            their initial values.
        config: `tf.ConfigProto` or None.
    """
    with tf.Session(config=config) as opened:
        opened.run(tf.global_variables_initializer())
        load(opened, values or {})
        yield opened


def load(opened, values):
    """Sets variables; `values` is a dictionary from op names to arrays."""
    variables = {variable.op.name: variable for variable in tf.global_variables()}
    # One run for all: TensorFlow prepares the graph anew for every set of what is run and fed.
    assigns = [variables[name].initializer for name in values]
    fed = {assign.inputs[1]: value for assign, value in zip(assigns, values.values())}
    assert len(fed) == len(assigns), 'two variables have the same tensor as their initial value'
    opened.run(assigns, fed)


def random_values(seed=0):
    """Returns a value for every variable of the default graph, so that none is trivial.

    Returns:
        Dictionary from op names to arrays of the type of the variable.
    """
    random = np.random.RandomState(seed)
    return {variable.op.name: random.normal(size=variable.shape.as_list())
            .astype(variable.dtype.base_dtype.as_numpy_dtype)
            for variable in tf.global_variables()}


def assert_close(actual, expected, tolerance, message=''):
    """Asserts that the largest error is at most `tolerance` of the largest expected number."""
    actual = np.asarray(actual, np.float64)
    expected = np.asarray(expected, np.float64)
    scale = np.max(np.abs(expected)) if expected.size else 0.0
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance * scale, err_msg=message)
