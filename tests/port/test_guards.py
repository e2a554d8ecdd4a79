"""Scripts that ask for a name themselves, or catch that it is gone."""

import unittest

from parameterized import parameterized

from tests.port.texts import TextTest

HEAD = ('import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\nimport time\n'
        'import numpy as np\n')


class GuardsTest(TextTest):

    @parameterized.expand([
        "if hasattr(tf, 'mul'):\n    y = tf.mul(x, x)\nelse:\n    y = tf.multiply(x, x)\n",
        "y = tf.pack(x) if hasattr(tf, 'pack') else tf.stack(x)\n",
        "y = tf.multiply if not hasattr(tf, 'mul') else tf.mul\n",
        "y = tf.multiply if hasattr(tf, 'multiply') else tf.mul\n",
        "if x and hasattr(tf, 'contrib'):\n    tf.contrib.layers.flatten(x)\n",
        "if getattr(tf, 'mul', None):\n    tf.mul(x, x)\n",
        "if hasattr(time, 'clock'):\n    y = time.clock()\n",
        "if hasattr(np, 'no_such_name'):\n    np.no_such_name()\n",
        'try:\n    f = tf.merge_all_summaries\nexcept AttributeError:\n    f = None\n',
        'try:\n    f = tf.pack\nexcept (KeyError, AttributeError):\n    f = tf.stack\n',
    ])
    def test_uses_are_not_named(self, text):
        self.assert_ported(HEAD + text, HEAD + text)

    @parameterized.expand([
        ("if hasattr(tf, 'mul'):\n    y = tf.mul(x, x)\nelse:\n    y = tf.sub(x, x)\n", '8: '),
        ("if hasattr(tf, 'multiply'):\n    y = tf.mul(x, x)\n", '6: '),
        ("if hasattr(x, 'mul'):\n    y = tf.mul(x, x)\n", '6: '),
        ("if x or hasattr(tf, 'mul'):\n    y = tf.mul(x, x)\n", '6: '),
        ('try:\n    y = tf.mul(x, x)\nexcept ValueError:\n    pass\n', '6: '),
        ('try:\n    y = tf.mul(x, x)\nexcept Exception:\n    pass\n', '6: '),
        ('try:\n    y = tf.mul(x, x)\nexcept AttributeError:\n    raise\n', '6: '),
        ('try:\n    y = tf.mul(x, x)\nexcept AttributeError:\n    y = tf.sub(x)\n', '8: '),
    ])
    def test_what_runs_is_named(self, text, pattern):
        self.assert_looks(HEAD + text, pattern + '`tf.(mul|sub)`')

    @parameterized.expand([
        ('import tensorflow.contrib.slim as slim', 'import tf_slim as slim', 'slim.conv2d(x, 2)'),
        ('from tensorflow.contrib import slim', 'slim = make_slim()', 'slim.conv2d(x, 2)'),
        ('from time import perf_counter as clock', 'from time import clock', 'clock()'),
        ('from time import clock', 'from time import perf_counter as clock', 'clock()'),
        ('from collections.abc import Mapping', 'from collections import Mapping', 'Mapping()'),
    ])
    def test_imports_with_a_fallback_stay(self, first, second, use):
        text = HEAD + f'try:\n    {first}\nexcept ImportError:\n    {second}\n{use}\n'
        self.assert_ported(text, text)

    @parameterized.expand([
        'try:\n    from itertools import izip\nexcept ImportError:\n    izip = zip\nizip(x, x)\n',
        'try:\n    from itertools import izip as zip\nexcept ImportError:\n    pass\nzip(x, x)\n',
        'try:\n    from urllib import urlretrieve\nexcept ImportError:\n'
        '    from urllib.request import urlretrieve\nurlretrieve(x)\n',
        'import sys\nif sys.version_info[0] == 2:\n    from urllib import urlretrieve\nelse:\n'
        '    from urllib.request import urlretrieve\nurlretrieve(x)\n',
        'import six\nif six.PY3:\n    izip = zip\nelse:\n    from itertools import izip\n'
        'izip(x, x)\n',
        'import sys\nif sys.version_info < (3,):\n    from itertools import imap as map\n'
        'for y in map(f, x): pass\n',
        "import itertools\ny = itertools.izip if hasattr(itertools, 'izip') else zip\n",
        'try:\n    from os import no_such_name\nexcept ImportError:\n    no_such_name = f\n'
        'no_such_name(x)\n',
    ])
    def test_names_of_python_2_with_a_fallback_stay(self, text):
        self.assert_ported(HEAD + text, HEAD + text)

    @parameterized.expand([
        'try:\n    from itertools import izip\nexcept ImportError:\n    pass\nizip(x, x)\n',
        'try:\n    from itertools import izip\nexcept ImportError:\n    izip = None\nizip(x)\n\n',
        'try:\n    from itertools import izip as zip\nexcept ImportError:\n    raise\n\nzip(x)\n',
        'import sys\nif sys.version_info < (3,):\n    from itertools import izip\n\nizip(x)\n',
    ])
    def test_names_of_python_2_without_one_are_named(self, text):
        line = 4 + text.rstrip().count('\n') + 1
        self.assert_looks(HEAD + text, f'{line}: Python 2 only: `itertools.izip`')

    @parameterized.expand([
        ('builtins.ImportError', 'from time import clock', 'clock()'),
        ('builtins.OSError', 'pass', 'time.perf_counter()'),
    ])
    def test_a_fallback_for_the_error_of_a_module(self, error, statement, use):
        def text(statement, use):
            return HEAD + (f'import builtins\ntry:\n    {statement}\nexcept {error}:\n'
                           f'    from time import perf_counter as clock\nx = {use}\n')
        self.assert_ported(text('from time import clock', 'clock()'), text(statement, use))

    def test_uses_of_what_has_no_fallback_are_named(self):
        self.assert_looks(
            'try:\n    import tensorflow.contrib.slim as slim\nexcept ImportError:\n'
            '    slim = None\nslim.conv2d(x, 2)\n', '5: `slim.conv2d`')

    def test_uses_where_the_fallback_is_gone_too(self):
        self.assert_looks(
            'try:\n    from tensorflow.contrib import slim\nexcept ImportError:\n'
            '    import tensorflow.contrib.slim as slim\nslim.conv2d(x, 2)\n',
            '5: `slim.conv2d`')

    def test_private_imports(self):
        text = ('try:\n    from tensorflow.python.ops import gone\nexcept ImportError:\n'
                '    gone = None\n')
        self.assert_looks(text)
        self.assert_looks(text.replace('ImportError', 'KeyError'), '2: .*private to TensorFlow')


if __name__ == '__main__':
    unittest.main()
