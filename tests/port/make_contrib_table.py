"""Makes tensornet/port/contrib_names.tsv: names of contrib and where else the same is.

    python -m tests.port.make_contrib_table tensornet/port/contrib_names.tsv

It needs TensorFlow 1.15.5, which has contrib, and the package `tf-slim`, and imports both. A line
holds a name behind `tf.contrib.`, the new name, and how far the arguments agree:

- nothing: the very same object, or one that takes the same arguments and hands them on to it, or
  a copy of its code.
- `2: name, dtype`: the same function for up to two positional arguments and these keywords.

Names of `tf_slim` are those of functions with the same signature.
"""

import ast
import inspect
import sys
import textwrap
import types
import warnings

# Not public, only reached through imports that nobody took away.
_HIDDEN = ('__future__', 'python', 'absolute_import', 'division', 'print_function')
# Parts of contrib that hand on whole other interfaces: `tf.keras`, and all operations.
_WHOLE = ('keras', 'quantization', 'labeled_tensor', 'tensor_forest')
# The parts that `tf_slim` was made of.
_SLIM = ('framework', 'layers', 'losses', 'metrics', 'slim', 'training')

# Read in the source of 1.15.5: the same function under other names of the arguments, or for
# fewer of them.
CHECKED = {
    'framework.assert_global_step': ('tf.train.assert_global_step', '1:'),
    'framework.get_local_variables': ('tf.local_variables', '0:'),
    'framework.get_model_variables': ('tf.model_variables', '0:'),
    'framework.get_trainable_variables': ('tf.trainable_variables', '0:'),
    'framework.get_variables': ('tf.global_variables', '0:'),
    'framework.get_variables_to_restore': ('tf.global_variables', '0:'),
    'framework.init_from_checkpoint': ('tf.train.init_from_checkpoint', '2: assignment_map'),
    'framework.list_variables': ('tf.train.list_variables', '1:'),
    'framework.load_checkpoint': ('tf.train.load_checkpoint', '1:'),
    'framework.load_variable': ('tf.train.load_variable', '2: name'),
    'layers.one_hot_encoding': ('tf.one_hot', '2:'),
}
# TF-Slim hands on what contrib has.
CHECKED.update([(name.replace('framework.', 'slim.'), new) for name, new in CHECKED.items()
                if name.startswith('framework.get_')])


def main(path):
    """Writes the table."""
    warnings.simplefilter('ignore')
    import tensorflow as tf
    import tf_slim
    public = _names(tf.compat.v1, lambda module: 'tensorflow' in module
                    and '.contrib' not in module)
    homes = {}
    for name, value in public.items():
        if callable(value):
            homes.setdefault(id(_unwrapped(value)), []).append('tf.' + name)
    slim = _names(tf_slim, lambda module: module.startswith('tf_slim'))
    rows = {}
    contrib = _names(tf.contrib, lambda module: '.contrib' in module or module.endswith('.nest'))
    for name, value in contrib.items():
        pieces = name.split('.')
        if pieces[0] in _WHOLE or not callable(value) or pieces[-1] == 'deprecated' or (
                pieces[0] == 'learn' and len(pieces) > 2):
            continue
        new = None
        if pieces[0] != 'slim' or len(pieces) == 2:
            new = _tensorflow_name(value, name, homes, public)
        if not new and pieces[0] in _SLIM:
            new = _slim_name(value, name, slim)
        if new:
            rows[name] = new
    rows.update(CHECKED)
    with open(path, 'w') as file:
        for name, (new, condition) in sorted(rows.items()):
            file.write('\t'.join([name, new, condition]) + '\n')


def _names(root, is_part):
    """Returns a dict from the dotted names of what a package holds to the objects."""
    found, queue, seen = {}, [(root, '')], set()
    while queue:
        module, prefix = queue.pop(0)
        if id(module) in seen:
            continue
        seen.add(id(module))
        for name in sorted(dir(module)):
            try:
                value = getattr(module, name)
            except Exception:  # Names that need a package that is not installed.
                continue
            if name.startswith('_') or name in _HIDDEN:
                continue
            if not isinstance(value, types.ModuleType):
                found[prefix + name] = value
            elif is_part(value.__name__):
                queue.append((value, prefix + name + '.'))
    return found


def _unwrapped(value):
    from tensorflow.python.util import tf_decorator
    return tf_decorator.unwrap(value)[1]


def _tensorflow_name(value, name, homes, public):
    found = homes.get(id(_unwrapped(value)))
    if found:
        return _shortest(found), ''
    target = _handed_on(_unwrapped(value))
    found = target and homes.get(id(_unwrapped(target)))
    if found:
        condition = _agreement(_unwrapped(value), _unwrapped(target))
        return None if condition is None else (_shortest(found), condition)
    found = ['tf.' + other for other, copy in public.items()
             if other.split('.')[-1] == name.split('.')[-1] and _is_copy(value, copy)]
    return (_shortest(found), '') if found else None


def _slim_name(value, name, slim):
    part, _, rest = name.partition('.')
    found = ['tf_slim.' + other for other in (rest, part + '.' + rest)
             if callable(slim.get(other)) and inspect.isclass(slim[other]) == inspect.isclass(value)
             and _signature(slim[other]) == _signature(value)]
    return (_shortest(found), '') if found else None


def _shortest(names):
    return min(names, key=lambda name: (name.count('.'), 'experimental' in name, len(name), name))


def _signature(value):
    try:
        return [(parameter.name, repr(parameter.default).split(' at 0x')[0].split('<function')[0])
                for parameter in inspect.signature(_unwrapped(value)).parameters.values()]
    except (TypeError, ValueError):
        return None


def _handed_on(function):
    """Returns what a function calls that only hands its arguments on to it, else None."""
    if not inspect.isfunction(function):
        return None
    try:
        definition = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, SyntaxError):
        return None
    body = [statement for statement in definition.body
            if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Str))]
    if len(body) != 1 or not (isinstance(body[0], ast.Return)
                              and isinstance(body[0].value, ast.Call)):
        return None
    call = body[0].value
    parameters = [argument.arg for argument in definition.args.args]
    passed = [argument.id if isinstance(argument, ast.Name) else None for argument in call.args]
    passed += [word.arg if isinstance(word.value, ast.Name) and word.value.id == word.arg else None
               for word in call.keywords]
    if sorted(map(str, passed)) != sorted(parameters):
        return None
    target = eval(compile(ast.Expression(call.func), '<call>', 'eval'), function.__globals__)
    names = [parameter for parameter, _ in _signature(target) or []]
    positional = names[:len(call.args)]
    return target if positional == passed[:len(call.args)] else None


def _agreement(old, new):
    """Returns for which arguments two functions are the same, None where defaults differ."""
    first, second = _signature(old), _signature(new)
    if first == second[:len(first)]:
        return ''
    defaults, none = dict(second), repr(inspect.Parameter.empty)
    if any(value not in (none, defaults.get(name)) for name, value in first):
        return None
    same = 0
    while same < len(first) and first[same][0] == second[same][0]:
        same += 1
    return f'{same}: {", ".join(name for name, _ in first)}'


def _is_copy(value, other):
    return _code(value) is not None and _code(value) == _code(other)


def _code(value):
    function = _unwrapped(value)
    if not inspect.isfunction(function):
        return None
    code = function.__code__
    constants = tuple(constant for constant in code.co_consts[1:]
                      if not isinstance(constant, types.CodeType))
    return code.co_code, constants, code.co_names, code.co_varnames, repr(function.__defaults__)


if __name__ == '__main__':
    main(sys.argv[1])
