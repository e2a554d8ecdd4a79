"""The variables of layers: how they are made, and those that several layers have in common."""

import re
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from tensornet.constant_one import is_constant_one
from tensornet.contraction import add_bias
from tensornet.contraction.image_format import in_format, is_channels_first
from tensornet.initializers import Scheme
from tensornet.layers.get_var_wrap import get_var_wrap
from tensornet.tt.arguments import product

# What TensorFlow says of a variable that is reused.
_OTHER_SHAPE = re.compile('Trying to share variable .* shape')


class Functions(NamedTuple):
    """The initializer and the regularizer of a variable, or of several cores.

    Attributes:
        initializer, regularizer: functions or None; once checked for cores, lists with one for each
            core.
    """

    initializer: Any
    regularizer: Any = None

    def checked(self, check, name):
        """Returns those of one variable, checked.

        Args:
            check: the layer's `Arguments`.
            name: what the names of the arguments begin with, such as 'biases'.
        """
        return Functions(check.function(name + '_initializer', self.initializer),
                         check.function(name + '_regularizer', self.regularizer))

    def checked_per_core(self, check, cores, of_scheme=None):
        """Returns those of the cores of a layer, checked: lists with one entry for each core.

        Args:
            check: the layer's `Arguments`.
            cores: number of cores.
            of_scheme: function from a `Scheme`, which the initializer may then be, to the list of
                initializers that its method for the layer returns.
        """
        initializer = self.initializer
        if of_scheme is not None and isinstance(initializer, Scheme):
            initializer = of_scheme(initializer)
        return Functions(check.per_core('cores_initializer', initializer, cores),
                         check.per_core('cores_regularizer', self.regularizer, cores))

    @property
    def per_core(self):
        """List with the `Functions` of each core, where the attributes are lists."""
        return list(map(Functions, self.initializer, self.regularizer))


class LayerVariables(NamedTuple):
    """How the variables of one layer are made.

    Attributes:
        trainable: whether they are trained.
        cpu_variables: whether they are pinned to `/cpu:0`.
        dtype: their `tf.DType`.
    """

    trainable: Any
    cpu_variables: Any
    dtype: Any = None

    def checked(self, check, dtype=None):
        """Returns them with two bools.

        Args:
            check: the layer's `Arguments`.
            dtype: their type, or a type of references to it; None keeps the present one.
        """
        return LayerVariables(
            check.switch('trainable', self.trainable),
            check.switch('cpu_variables', self.cpu_variables),
            self.dtype if dtype is None else tf.as_dtype(dtype).base_dtype)

    def of_type(self, dtype):
        """Returns the same for another type."""
        return self._replace(dtype=dtype)

    def get(self, name, shape, functions):
        """Gets one variable in the current variable scope; see `get_var_wrap`."""
        return get_var_wrap(name, shape, functions.initializer, functions.regularizer,
                            self.trainable, self.cpu_variables, dtype=self.dtype)

    def factor(self, layer, name, shape, functions):
        """Gets filters or a core of a layer, or the constant one that it keeps in their place."""
        if not is_constant_one(layer, name, product(shape)):
            return self.get(name, shape, functions)
        return self._replace(trainable=False).get(
            name, shape, Functions(tf.ones_initializer(), tf.no_regularizer))

    def cores(self, name, matrix, functions):
        """Gets the cores of a TT-matrix.

        Args:
            name: what their names begin with, before the number of the core.
            matrix: `TTMatrixShape`.
            functions: `Functions` of lists with one entry for each core.

        Returns:
            List of d variables; the shape of core k is `[o_k * r_k, r_{k-1} * i_k]`.
        """
        return [self._core(f'{name}_{k}', shape, functions) for k, (shape, functions)
                in enumerate(zip(matrix.core_shapes, functions.per_core), start=1)]

    def _core(self, name, shape, functions):
        """Gets a core; says what shares cores where one that is reused has another shape."""
        try:
            return self.get(name, shape, functions)
        except ValueError as error:
            if not _OTHER_SHAPE.search(str(error)):
                raise
            remedy = 'Layers that share cores have the same modes and ranks'
            if name.startswith('mat_core'):
                remedy += (', and `tt_embedding(ids, voc_modes, emb_modes, ranks)` shares them '
                           'with `tt(inp, emb_modes, voc_modes, ranks)`, its modes the other way '
                           'round')
            raise ValueError(f'{tf.get_variable_scope().name}: {error} {remedy}') from error

    def with_biases(self, out, functions, data_format='NHWC'):
        """Adds the variable `biases` to the last axis; without initializer only names the output.

        Args:
            out: tensor `[..., features]`.
            functions: `Functions` of the biases; a layer without biases has no initializer.
            data_format: order of the axes of the result, of images or sequences.

        Returns:
            Tensor of the shape of `out` or, in another format, with its axes in that order; made by
            the op `out` of the current scope.
        """
        if functions.initializer is None:
            return in_format(out, data_format, name='out')
        biases = self.get('biases', [out.shape.as_list()[-1]], functions)
        if is_channels_first(data_format):
            return in_format(add_bias(out, biases), data_format, name='out')
        return add_bias(out, biases, name='out')
