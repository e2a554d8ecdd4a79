"""A trained dense network turned into the TT-layers of a network file."""
import collections
import warnings

import tensorflow.compat.v1 as tf

from experiments.cifar10_conv.augmentation import statistics_for_augmentation
from experiments.cifar10_conv.checkpoints import UnusableCheckpointError, unusable
from experiments.cifar10_conv.network_file import NetworkFileError, failures
from experiments.cifar10_conv.network_graph import network_logits, training_input
from tensornet import convert
from tensornet.checkpoints import Checkpoint, CheckpointError

# Of the averages that `experiments.common.averaged_weights` makes.
_AVERAGE = 'ExponentialMovingAverage'
_PATCHES_FACTOR = 10
_STATISTICS = ('moving_mean', 'moving_variance', 'local_step')

Input = collections.namedtuple('Input', ['batch_size', 'seed', 'fit_batches', 'fit_rows',
                                         'statistics_batches'])
Input.__doc__ = """What a conversion sees of the training images, varied as in a training.

Attributes:
    batch_size: images in a batch.
    seed: of their order and variations.
    fit_batches: batches that a fully-connected layer is fitted to, and a convolution, which sees
        many patches of an image, to a tenth of them; 0 converts the weights alone.
    fit_rows: the most inputs that a layer, or a patch of a convolution, may have to be fitted.
    statistics_batches: batches that the statistics of batch normalization are taken from
        afterwards; 0 leaves them as those of the dense network.
"""

_Layer = collections.namedtuple('_Layer', ['scope', 'dense', 'inp_modes', 'out_modes', 'ranks'])
_Layer.__doc__ = """A TT-layer: its scope, the name of the dense weights, modes and ranks."""


def convert_network(data, network, source, output, seen, report=print):
    """Converts the averaged weights of a dense network and writes a checkpoint.

    With `fit_batches` layer after layer is fitted to what the converted layers before it make of
    the images. No activation counts in that, since batch normalization comes between.

    Args:
        data: an `ImageSet`.
        network: a `Network` with TT-layers of `architecture`.
        source: checkpoint of its dense counterpart, a prefix or the folder of its latest one.
        output: prefix of the checkpoint to write.
        seen: an `Input`.
        report: called with a line of text for each layer.

    Returns:
        A list of dicts of JSON values, one for each TT-layer: `scope`, `relative_error` of the
        weights and, where it was fitted, `output_errors`, `before` and `after`.

    Raises:
        NetworkFileError: the file has no TT-layers that dense weights can be converted to.
        UnusableCheckpointError: the checkpoint cannot be read, or is not of the dense network.
    """
    layers = _tt_layers(network)
    try:
        dense = Checkpoint(source)
    except CheckpointError as error:
        raise unusable(error, source, 'dense_dir') from error
    aux = statistics_for_augmentation(data.train_images)
    with tf.Graph().as_default(), tf.Session() as session:
        images, _ = training_input(data, network, aux, seen.batch_size, seen.seed)
        with failures(network.path, 'building it'):
            logits = network_logits(network, images, tf.constant(True))
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        _copy(session, dense, layers)
        converted = [_convert(session, dense, layer, seen, report) for layer in layers]
        # What ran to see a layer's inputs has moved them.
        _set_statistics(session, dense if not seen.statistics_batches else None)
        for _ in range(seen.statistics_batches):
            session.run(logits)
        tf.train.Saver().save(session, output, write_meta_graph=False, write_state=False)
    return converted


def _tt_layers(network):
    """The network's TT-layers, from its input on."""
    opts = network.opts
    layers = [_Layer(f'inference/tt_conv{name}', f'inference/conv{name}/filters', modes,
                     opts['out_modes'][name], opts['ranks'][name])
              for name, modes in sorted(opts.get('inp_modes', {}).items())]
    shapes = zip(*[opts.get(name, ()) for name in ('fc_inp_modes', 'fc_out_modes', 'fc_ranks')])
    layers += [_Layer(f'inference/tt4.{number}', f'inference/linear4.{number}/weights', *shape)
               for number, shape in enumerate(shapes, 1)]
    if not layers or network.dense_path is None:
        raise NetworkFileError(f'{network.path}: its `opts` name no modes of TT-layers, or no '
                               '`dense_network`; pass a file such as TT-conv-TT-fc')
    return layers


def _copy(session, dense, layers):
    """Gives variables outside of TT-layers the values in the dense network's checkpoint."""
    scopes = tuple(f'{layer.scope}/' for layer in layers)
    for variable in tf.global_variables():
        name, shape = variable.op.name, variable.shape.as_list()
        if name.startswith(scopes):
            continue
        if list(dense.shapes.get(name, [None])) != shape:
            raise UnusableCheckpointError(
                f'{dense.prefix} has no {name} of shape {shape}; pass the run of the dense '
                'counterpart, which `dense_network` names, as --dense_dir')
        _assign(session, name, _read(dense, name))


def _convert(session, dense, layer, seen, report):
    if layer.dense not in dense.shapes:
        raise UnusableCheckpointError(
            f'{dense.prefix} has no {layer.dense}; pass the run of the dense counterpart, which '
            '`dense_network` names, as --dense_dir')
    values = _read(dense, layer.dense)
    from_dense = convert.tt_conv_from_dense if values.ndim == 4 else convert.tt_from_dense
    with warnings.catch_warnings():
        # Some of the paper's are, and they count.
        warnings.filterwarnings('ignore', '.*larger than useful', UserWarning)
        weights = from_dense(values, layer.inp_modes, layer.out_modes, layer.ranks)
        entry = {'scope': layer.scope}
        if seen.fit_batches and values.size // values.shape[-1] <= seen.fit_rows:
            fitted = _fitted(session, layer, weights, values, seen.fit_batches)
            weights = fitted.weights
            entry['output_errors'] = {'before': round(fitted.error_before, 4),
                                      'after': round(fitted.error_after, 4)}
    entry['relative_error'] = round(float(weights.relative_error), 4)
    convert.assign(session, layer.scope, weights)
    errors = entry.get('output_errors')
    report(f'{layer.scope}: relative error of the weights {entry["relative_error"]:.3f}' + (
        f', of the outputs {errors["before"]:.3f}, then {errors["after"]:.3f}' if errors else ''))
    return entry


def _fitted(session, layer, weights, dense, batches):
    inp = _input_of(layer.scope)
    options = {}
    if dense.ndim == 4:
        out = session.graph.get_tensor_by_name(f'{layer.scope}/out:0')
        batches = max(1, batches // _PATCHES_FACTOR)
        options['padding'] = 'SAME' if out.shape[1:3] == inp.shape[1:3] else 'VALID'
    return convert.fit_to_inputs(weights, dense, (session.run(inp) for _ in range(batches)),
                                 **options)


def _input_of(scope):
    """The one tensor of images or features that comes into a layer from outside its scope."""
    found = {tensor.name: tensor for operation in tf.get_default_graph().get_operations()
             if operation.name.startswith(f'{scope}/') for tensor in operation.inputs
             if not tensor.name.startswith(f'{scope}/') and tensor.shape.rank}
    if len(found) != 1:
        raise NetworkFileError(f'the layer {scope} should have one input, but has '
                               f'{", ".join(sorted(found)) or "none"}')
    return next(iter(found.values()))


def _set_statistics(session, dense):
    """Sets what batch normalization has gathered to that of a checkpoint, or to nothing."""
    for variable in tf.global_variables():
        name = variable.op.name
        if name.rsplit('/', 1)[-1] in _STATISTICS:
            value = session.run(tf.zeros_like(variable)) if dense is None else dense.read(name)
            _assign(session, name, value)


def _read(dense, name):
    average = f'{name}/{_AVERAGE}'
    return dense.read(average if average in dense.shapes else name)


def _assign(session, name, value):
    scope, last = name.rsplit('/', 1)
    convert.assign(session, scope, {last: value})
