"""Keywords that layers had in 2016 or have in other libraries, and what to write here.

Layers and cells name it in their errors, the porter in its report. Nothing here knows of
TensorFlow.
"""


def remedy_for(keyword, names):
    """Returns what to write instead of a keyword.

    Args:
        keyword: the keyword.
        names: names of the arguments that there are.

    Returns:
        A text; '' if what the keyword is known to mean is no argument here, so that nothing that
        merely resembles it is meant either; None if the keyword is not known.
    """
    if keyword not in _KEYWORDS:
        return None
    remedies = [remedy for argument, remedy in _KEYWORDS[keyword]
                if argument is None or argument in names]
    return remedies[0] if remedies else ''


def _renamed(*arguments, remedy='write `{}`'):
    return [(argument, remedy.format(argument)) for argument in arguments]


def _of_weights(kind):
    return [f'{weights}_{kind}' for weights in ('cores', 'weights', 'filters')]


_INITIALIZERS = [*_of_weights('initializer'), 'initializer']
_ACTIVATION = [(argument, 'apply the activation to the result') for argument in ('inp', 'ids')]
_LEFT_OUT = [('inp', 'leave it out: `inp` says it')]
_NO_BIASES = [('biases_initializer',
               'write `biases_initializer=None` for a layer without biases')]
# Pairs of an argument that a function may have, or None for any function, and of what to write.
_KEYWORDS = {
    'activation': _ACTIVATION,
    'activation_fn': _ACTIVATION,
    'bias_initializer': _renamed('biases_initializer'),
    'bias_regularizer': _renamed('biases_regularizer'),
    'center': _renamed('use_shift'),
    'cpu_variable': _renamed('cpu_variables'),
    'decay': _renamed('ema_decay'),
    'epsilon': _renamed('eps'),
    'filters': _renamed('out_ch'),
    'in_ch': _LEFT_OUT,
    'init': _renamed(*_INITIALIZERS),
    'init_params': _renamed(*_INITIALIZERS,
                            remedy='make the initializer with them, and pass it as `{}`'),
    'inp_size': _LEFT_OUT,
    'is_training': _renamed('train_phase'),
    'kernel_initializer': _renamed(*_of_weights('initializer')),
    'kernel_regularizer': _renamed(*_of_weights('regularizer')),
    'kernel_size': _renamed('window', 'window_size'),
    'momentum': _renamed('ema_decay'),
    'name': _renamed('scope'),
    'num_outputs': _renamed('out_size', 'out_ch'),
    'phase': _renamed('train_phase'),
    'phase_train': _renamed('train_phase'),
    'recurrent_initializer': _renamed('state_initializer'),
    'recurrent_regularizer': _renamed('state_regularizer'),
    'reuse': [(None, 'set it at a `tf.variable_scope` around the call')],
    'scale': _renamed('use_scale'),
    'shape': _LEFT_OUT,
    'stride': _renamed('strides', remedy='write `{}` with a list of two'),
    'training': _renamed('train_phase'),
    'units': _renamed('out_size'),
    'use_bias': _NO_BIASES,
    'use_biases': _NO_BIASES,
}
