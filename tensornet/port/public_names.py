"""Names that the installed TensorFlow or TensorNet no longer has."""

import importlib.util
import inspect

import tensorflow.compat.v1 as tf

import tensornet
from tensornet.port import copies, keras_names
from tensornet.port.gone import is_missing
from tensornet.port.tensorflow_imports import is_contrib, is_private

# Renamed in TensorFlow 1.0, which is before tf_upgrade_v2 begins.
_BEFORE_1_0 = {
    'tensorflow.mul': 'multiply',
    'tensorflow.sub': 'subtract',
    'tensorflow.neg': 'negative',
    'tensorflow.pack': 'stack',
    'tensorflow.unpack': 'unstack',
    'tensorflow.select': 'where',
    'tensorflow.batch_matmul': 'matmul',
    'tensorflow.scalar_summary': 'summary.scalar',
    'tensorflow.histogram_summary': 'summary.histogram',
    'tensorflow.image_summary': 'summary.image',
    'tensorflow.merge_summary': 'summary.merge',
    'tensorflow.merge_all_summaries': 'summary.merge_all',
    'tensorflow.train.SummaryWriter': 'summary.FileWriter',
}
# What is there, but not as it was.
_CHANGED = {
    'tensorflow.estimator': 'is gone since TensorFlow 2.16',
    'tensorflow.app.flags.FLAGS._parse_flags':
        'is gone since TensorFlow 1.5; write `FLAGS(sys.argv)`',
    'tensorflow.app.flags.FLAGS.__flags':
        'holds objects since TensorFlow 1.5; write `FLAGS.flag_values_dict()` for the values',
}


def port(ported):
    """Names what is gone.

    Args:
        ported: PortedScript.
    """
    for reference in ported.bindings.references:
        root = reference.name.split('.')[0]
        if root == 'tensorflow':
            _check(ported, reference)
        elif root == 'tensornet':
            _check_tensornet(ported, reference.node, reference.name, reference.written)
    for binding in ported.bindings.imports:
        if binding.imported.split('.')[0] == 'tensornet':
            _check_tensornet(ported, binding.statement, binding.imported, binding.imported)


def _check(ported, reference):
    name = reference.name
    if is_contrib(name) or is_private(name) or name.startswith('tensorflow.compat'):
        return
    written = reference.written
    if keras_names.is_part(name):
        package = keras_names.advice(name)
        if package:
            ported.look(reference.node, f'`{written}`: {package}')
        return
    for changed, reason in _CHANGED.items():
        if (name + '.').replace('tensorflow.flags', 'tensorflow.app.flags').startswith(
                changed + '.'):
            ported.look(reference.node, f'`{written}`: `{changed}` {reason}')
            return
    if name in _BEFORE_1_0:
        ported.look(reference.node, f'`{written}`: renamed in TensorFlow 1.0, write '
                                    f'`tf.{_BEFORE_1_0[name]}`')
    elif is_missing(tf, name.partition('.')[2]):
        ported.look(reference.node, f'`{written}`: TensorFlow {tf.__version__} has no '
                                    f"`{name.partition('.')[2]}` in `tensorflow.compat.v1`")


def _check_tensornet(ported, node, name, written):
    """The library itself says what became of a name."""
    value = tensornet
    for piece in name.split('.')[1:]:
        if not inspect.ismodule(value):
            return
        try:
            value = getattr(value, piece)
        except AttributeError as error:
            if not _is_submodule(value, piece):
                ported.look(node, f'`{written}`: {error}{_own(ported, name)}')
            return


def _own(ported, name):
    """Says where a layer is that only the user's copy of the original has."""
    found = copies.import_of_own(ported.source_tree.treatments, name.rpartition('.')[2])
    return f'; the copy in {found[1]} has it: write `{found[0]}`' if found else ''


def _is_submodule(module, name):
    return hasattr(module, '__path__') and (
        importlib.util.find_spec(module.__name__ + '.' + name) is not None)
