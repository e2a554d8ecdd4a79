"""Lines that only Python 2 understands."""

import unittest

from parameterized import parameterized

from tests.port.texts import TextTest


class SyntaxTest(TextTest):

    @parameterized.expand([
        ('print "a %d" % x', 'print statement'),
        ('if x: print x, y,', 'print statement'),
        ('print >>f, "a"', 'print statement'),
        ('print ("a"), x', 'print statement'),
        ('print ("%d") % x', 'print statement'),
        ('print', 'print statement'),
        ('raise ValueError, "a"', 'raise with a comma'),
        ('exec "x = 1" in {}', 'exec statement'),
        ('try: f()\nexcept ValueError, e: pass', 'except with a comma'),
        ('try: f()\nexcept (ValueError, KeyError), e: pass', 'except with a comma'),
        ('x = y <> z', '`<>`'),
        ('x = `y`', 'backticks'),
        ('x = 0777', 'octal number'),
        ('x = 10L', 'long number'),
        ('x = ur"a"', 'string prefix `ur`'),
        ('ur"a"', 'string prefix `ur`'),
        ('def f(a, (b, c)): pass', 'tuple as a parameter'),
        ('f = lambda (a, b): a', 'tuple as a parameter'),
    ])
    def test_named_and_the_rest_is_ported(self, statement, name):
        text = 'import time\n' + statement + '\nt = time.clock()\n'
        line = 1 + len(statement.split('\n'))
        self.assert_looks(text, f'{line}: Python 2 only: {name}')
        self.assertEqual(text.replace('clock', 'perf_counter'), self.port(text).content)

    def test_strings_and_comments_are_not_searched(self):
        self.assert_looks('''\
            x = 'a' # print "b"
            """
            print "c"
            """
            y = 'raise E, "d"'
            print "e"
            raise ValueError("f", 1.05, 0)
            ''', '6: .*print statement')

    def test_a_statement_of_several_lines(self):
        text = 'import time\nprint "a", \\\n    "b"\nf(time.clock(),\n  x)\n'
        self.assert_looks(text, '2: .*print statement')
        self.assertIn('f(time.perf_counter(),', self.port(text).content)

    def test_what_it_cannot_read_around_is_left_alone(self):
        text = 'import tensorflow as tf\nprint "a"\ndef f(:\n'
        self.assert_looks(text, '2: .*print statement',
                          '3: the file is not Python 3 .* nothing in it is ported')
        self.assertEqual((text, []), self.port(text)[:2])

    def test_mixed_tabs_and_spaces(self):
        self.assert_ported('def f():\n\tx = 1\n        y = """\n\t"""\ndef g():\n\treturn 1\n',
                           'def f():\n        x = 1\n        y = """\n\t"""\n'
                           'def g():\n\treturn 1\n')
        text = 'if True:\n\tx = 1\nelse:\n    x = 2\n'
        self.assert_ported(text, text)

    def test_lone_carriage_returns(self):
        self.assert_ported('import time\rif True:\r\tprint (1)\rx = time.clock()\r',
                           'import time\rif True:\r\tprint (1)\rx = time.perf_counter()\r')

    def test_python_3_has_nothing_to_name(self):
        text = 'print("a", file=f)\nraise ValueError("a", 1)\nx = 0o17 + 1.05\nprint\n'
        self.assertEqual(['print'], [text.split('\n')[note.line - 1]
                                     for note in self.port(text).looks])


class NamesTest(TextTest):

    @parameterized.expand([
        ('x = raw_input', 'x = input'),
        ('for i in xrange(3): pass', 'for i in range(3): pass'),
        ('for k, v in d.e.iteritems(): pass', 'for k, v in d.e.items(): pass'),
        ('x = not d.has_key(1)', 'x = not (1 in d)'),
        ('x = d.has_key(a or b)', 'x = ((a or b) in d)'),
        ('import cPickle', 'import pickle as cPickle'),
        ('import cPickle as pickle', 'import pickle'),
        ('from Queue import Queue', 'from queue import Queue'),
        ('x = d.viewkeys() & e.viewkeys()', 'x = d.keys() & e.keys()'),
    ])
    def test_written_where_it_does_the_same(self, old, new):
        self.assert_ported(old + '\n', new + '\n')

    @parameterized.expand([
        ('x = unicode(y)', '`unicode`: write `str`'),
        ('x = isinstance(y, basestring)', '`basestring`: write `str`'),
        ('x = next(d.iteritems())', '`iteritems`: write `items`'),
        ('x = batches.next()', '`.next\\(\\)`: write `next'),
        ('class A:\n    def __iter__(self): pass\n    next = None',
         'add `__next__ = next`'),
        ('class A:\n    def __nonzero__(self): pass', 'add `__bool__ = __nonzero__`'),
        ('x = f(1).has_key(1)', '`has_key`: write `key in dictionary`'),
        ('def has_key(): pass\nd.has_key(1)', '`has_key`: write `key in dictionary`'),
        ('import cPickle, os', '`cPickle`: write `pickle`'),
        ('import sys; sys.maxint', '`sys.maxint`: write `sys.maxsize`'),
        ('import urllib; urllib.urlretrieve(url)', '`urllib.request.urlretrieve`'),
        ('import sys; sys.setdefaultencoding("utf-8")', 'write nothing, and no `reload\\(sys\\)`'),
        ('reload(sys)', '`reload\\(sys\\)`: write nothing, and no `sys.setdefaultencoding`'),
        ('reload(net)', '`reload`: write `importlib.reload`'),
        ('import string; string.maketrans("a", "b")', '`string.maketrans`'),
        ('from types import ListType\nx = isinstance(y, ListType)', '`list`'),
        ('x = sorted(y, cmp=f)', '`cmp` of `sorted`: write `key=functools.cmp_to_key'),
        ('y.sort(lambda a, b: b[1] - a[1])', '`cmp` of `sort`'),
        ('x = sorted(y, f)', '`cmp` of `sorted`'),
        ('import itertools\nx = itertools.izip_longest(a, b)', '`itertools.zip_longest`'),
        ('from types import ListType', '`types.ListType`: write `list`'),
        ('import HTMLParser', '`HTMLParser`: write `html.parser`'),
        ('raise StandardError(y)', '`StandardError`: write `Exception`'),
        ('x = apply(f, y)', '`apply`: write `function'),
        ('x = y.encode("hex")', '`.encode`: write `codecs.encode` of bytes'),
        ('class A:\n    def __cmp__(self, o): pass', '`__eq__` and `__lt__`'),
        ('class A:\n    def __unicode__(self): pass', '`__str__`'),
    ])
    def test_named(self, statement, pattern):
        line = 1 if statement.startswith('class') else 1 + statement.count('\n')
        self.assert_looks(statement + '\n', f'{line}: Python 2 only: .*{pattern}')

    def test_attributes_of_functions(self):
        text = 'x = f.func_name + a.f.im_func.func_name\n'
        self.assertEqual([], self.port(text).looks)
        self.assert_looks('y = 10L\n' + text, '1: .*long number',
                          '2: .*`.func_name`: write `.__name__`',
                          '2: .*`.im_func`: write `.__func__`')
        text = 'y = 10L\ndef f(self): self.func_name = y\nx = f.func_name\n'
        self.assert_looks(text, '1: .*long number')

    @parameterized.expand([
        'try:\n    import cPickle as pickle\nexcept ImportError:\n    import pickle',
        'try:\n    xrange\nexcept NameError:\n    xrange = range',
        'try:\n    import cPickle as pickle\nexcept:\n    import pickle',
        'try:\n    import cPickle as pickle\nexcept Exception:\n    import pickle',
        'try:\n    x = d.iteritems()\nexcept AttributeError:\n    x = d.items()',
        'import six\nx = six.viewitems(d), six.viewkeys(d)',
        'try:\n    input = raw_input\nexcept NameError:\n    pass\nx = f(a / b)',
        'import sys\nif sys.version_info[0] < 3:\n    reload(sys)\n'
        '    sys.setdefaultencoding("utf-8")',
        'import sys\nx = unicode if sys.version_info < (3,) else str',
        'import six\nif six.PY2:\n    d = d.iteritems()\nelse:\n    d = d.items()',
        'x = sorted(y, key=f)\ny.sort(key=lambda a: a[1])\nz.sort(0)',
        'x = y.encode("utf-8").decode("latin1")',
        'class A:\n    def __unicode__(self): pass\n    __str__ = __unicode__',
        'import six\nfor k, v in six.iteritems(d): pass',
        'x = a / b'])
    def test_not_named(self, text):
        self.assertEqual([], self.port(text + '\n').looks)

    @parameterized.expand([
        ('except tf.errors.OutOfRangeError:\n    pass',),
        ('except Exception as error:\n    coordinator.request_stop(error)',),
        ('except (KeyboardInterrupt, IOError):\n    pass',), ('except:\n    raise',),
        ('finally:\n    coordinator.request_stop()',)])
    def test_a_try_without_an_alternative(self, end):
        body = 'for step in {}(3):\n        for k, v in d.{}(): pass\n        if {}: pass\n'
        text = f'try:\n    {body}{end}\n'
        self.assertEqual(
            text.format('range', 'items', '("a" in d)'),
            self.port(text.format('xrange', 'iteritems', 'd.has_key("a")')).content)

    def test_a_metaclass(self):
        self.assert_looks('class A(B):\n    __metaclass__ = Meta\n',
                          '2: .*`__metaclass__`: write `class A')
        self.assert_looks('__metaclass__ = type\nclass A:\n    __metaclass__ = type\n')

    def test_second_names_of_assertions(self):
        self.assert_ported('self.assertEquals(a, b); self.assertRaisesRegexp(E, r, f)\n',
                           'self.assertEqual(a, b); self.assertRaisesRegex(E, r, f)\n')


if __name__ == '__main__':
    unittest.main()
