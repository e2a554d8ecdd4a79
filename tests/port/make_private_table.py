"""Makes tensornet/port/private_names.tsv: private names that TensorFlow 2.21 has no more.

    python -m tests.port.make_private_table list > all.tsv                 # with TensorFlow 1.15.5
    python -m tests.port.make_private_table gone < all.tsv > gone.tsv      # with 2.21

A line holds a name of `tensorflow.python` and the public name of the same object in 1.15.5, where
2.21 has that one and not the other.
"""

import importlib
import sys
import types
import warnings

from tensornet.port.gone import is_missing

# Modules of operations that no script imports by hand.
_GENERATED = ('.gen_', '.training_ops', '.keras', '.eager')


def _list():
    import tensorflow.compat.v1  # noqa: F401
    from tensorflow.python.util import tf_decorator
    for path, module in sorted(sys.modules.items()):
        if not path.startswith('tensorflow.python.') or not isinstance(module, types.ModuleType):
            continue
        for name in dir(module):
            value = getattr(module, name, None)
            if name.startswith('_') or not callable(value) or any(
                    part in path for part in _GENERATED):
                continue
            original = tf_decorator.unwrap(value)[1]
            exported = getattr(original, '__dict__', {}).get('_tf_api_names_v1')
            if exported:
                public = min(exported, key=lambda name: (name.count('.'), len(name)))
                print(f'{path}.{name}\ttf.{public}')


def _gone():
    import tensorflow.compat.v1 as tf
    for line in sys.stdin:
        name, public = line.split()
        path, _, last = name.rpartition('.')
        try:
            is_there = hasattr(importlib.import_module(path), last)
        except ImportError:
            is_there = False
        if not is_there and '.raw_ops.' not in public and not is_missing(tf, public[len('tf.'):]):
            print(line.strip())


if __name__ == '__main__':
    warnings.simplefilter('ignore')
    {'list': _list, 'gone': _gone}[sys.argv[1]]()
