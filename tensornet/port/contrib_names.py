"""What names of contrib are called elsewhere.

The table contrib_names.tsv is made from TensorFlow 1.15.5 by tests/port/make_contrib_table.py.
"""

import ast
import collections
import pkgutil
import re
from typing import Dict

# `name` begins with `tf.` or `tf_slim.`. The same is meant by up to `positional` positional
# arguments and by the keywords `keywords`; None where all arguments are the same.
NewName = collections.namedtuple('NewName', ['name', 'positional', 'keywords'])

_PREFIX = 'tensorflow.contrib.'
# What tf-slim 1.1.0 defines and TensorFlow 2.21 does not run.
_BROKEN = {'tf_slim.batch_norm', 'tf_slim.local_variable', 'tf_slim.optimize_loss'}
_TABLE: Dict[str, NewName] = {}


def public(name):
    """Returns a full name of contrib without the modules that it lies in: `contrib.layers.l2`."""
    return re.sub(r'^(tensorflow\.contrib\.\w+)\.python\.(\w+\.)+(?=\w+$)', r'\1.', name)


def new_name(name):
    """Returns the NewName of a full name, `tensorflow.contrib.` included; None without one."""
    if not _TABLE:
        _TABLE.update(_read())
    name = public(name)[len(_PREFIX):]
    # These two parts of TF-Slim are those of contrib.
    new = _TABLE.get(re.sub(r'^slim\.(?=(losses|metrics)\.)', '', name))
    return None if new is None or new.name in _BROKEN else new


def fits(new, call):
    """Whether a call means the same to the function of the new name.

    Args:
        new: NewName.
        call: ast.Call, or None where the function is not called there but handed on.
    """
    if new.keywords is None:
        return True
    return call is not None and len(call.args) <= new.positional and (
        not any(isinstance(argument, ast.Starred) for argument in call.args)) and all(
            word.arg in new.keywords for word in call.keywords)


def _read():
    for line in pkgutil.get_data(__name__, 'contrib_names.tsv').decode().splitlines():
        name, new, condition = line.split('\t')
        if not condition:
            yield name, NewName(new, None, None)
            continue
        positional, _, keywords = condition.partition(':')
        yield name, NewName(new, int(positional), set(re.findall(r'\w+', keywords)))
