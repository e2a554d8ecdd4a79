"""The call of `disable_v2_behavior()`, without which there are no graphs and Sessions."""

from tensornet.port.bindings import canonical
from tensornet.port.tensorflow_imports import is_tensorflow

_PRESENT = ('tensorflow.disable_v2_behavior', 'tensorflow.disable_eager_execution')
_OPPOSITE = ('tensorflow.enable_v2_behavior', 'tensorflow.enable_eager_execution')


def port(ported):
    """Adds the call behind the first import of TensorFlow, in every script that has one.

    Also in modules that are not started themselves: a second call changes nothing, and a module
    may be imported by a script that was not ported.

    Args:
        ported: PortedScript.
    """
    for reference in ported.bindings.references:
        if reference.name in _OPPOSITE:
            ported.look(reference.node, f'`{reference.name}` makes the layers of TensorNet fail: '
                                        'they build graphs')
            return
        if reference.name in _PRESENT:
            return
    bindings = [binding for binding in ported.bindings.imports if _is_tensorflow(binding)]
    if not bindings:
        return
    # An import inside of a function may come too late for the statements of the module.
    first = min(bindings, key=lambda binding: (
        not ported.bindings.is_global(binding.statement), not _is_root(ported, binding),
        binding.statement.lineno))
    if _is_root(ported, first):
        lines = [first.local + '.disable_v2_behavior()']
    else:
        lines = ['from tensorflow.compat.v1 import disable_v2_behavior', 'disable_v2_behavior()']
    for line in lines:
        ported.statements.add_after(first.statement, line)
    ported.changed(first.statement, f"added `{'; '.join(lines)}`")


def _is_root(ported, binding):
    """Whether the script knows compat.v1 as a whole by this name."""
    return (canonical(binding.target) == 'tensorflow' and binding.alias not in ported.dropped
            and binding.alias.name in ('tensorflow', 'tensorflow.compat.v1', 'v1'))


def _is_tensorflow(binding):
    return is_tensorflow(binding.imported) and not binding.target.startswith(
        'tensorflow.compat.v2')
