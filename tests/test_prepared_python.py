"""Programs in forks of a process that has TensorFlow loaded: what they do is what programs do."""
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest

import numpy as np
from parameterized import parameterized

from tests import prepared_python

IS_PREPARED = 'import sys; print("tensorflow" in sys.modules)'
TRAINING = '''
    import sys
    import numpy as np
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
    tf.set_random_seed(0)
    images = tf.placeholder(tf.float32, [None, 8, 8, 3])
    kernel = tf.get_variable('kernel', [3, 3, 3, 4])
    out = tf.nn.conv2d(images, kernel, strides=[1, 1, 1, 1], padding='SAME')
    loss = tf.reduce_mean(tf.square(tf.reduce_sum(out, [1, 2, 3]) - 1))
    train = tf.train.GradientDescentOptimizer(1e-5).minimize(loss)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        feed = {images: np.random.RandomState(0).normal(size=[32, 8, 8, 3])}
        for _ in range(20):
            session.run(train, feed)
        print(session.run(loss, feed), np.linalg.norm(np.ones([200, 200]) @ np.ones([200, 200])))
'''
WAITING = '''
    import signal, sys, time

    def end(signum, frame):
        print('ended', signum, flush=True)
        sys.exit(5)

    {prepare}
    print('waiting', flush=True)
    time.sleep(600)
'''
CATCH = 'signal.signal(signal.SIGTERM, end)'


def outcome(module, *arguments, **options):
    """Returns status, output and messages of a program that `module` starts."""
    done = module.run([sys.executable, *arguments], stdout=subprocess.PIPE,
                      stderr=subprocess.PIPE, universal_newlines=True, **options)
    return done.returncode, done.stdout, done.stderr


@unittest.skipUnless(sys.platform == 'linux', 'elsewhere all programs start as ever')
class PreparedPythonTest(unittest.TestCase):

    def assert_same(self, *arguments, **options):
        """Asserts that a prepared program does what another does; returns what that is."""
        expected = outcome(subprocess, *arguments, **options)
        self.assertEqual(expected, outcome(prepared_python, *arguments, **options))
        return expected

    def test_tensorflow_is_loaded_and_trains(self):
        self.assertEqual((0, 'True\n', ''), outcome(prepared_python, '-c', IS_PREPARED))
        program = textwrap.dedent(TRAINING)
        status, out, err = outcome(prepared_python, '-c', program)
        self.assertEqual(0, status, err)
        status, alone, err = outcome(prepared_python, '-c', program,
                                     env=dict(os.environ, TF_NUM_INTEROP_THREADS='1'))
        self.assertEqual(0, status, err)
        np.testing.assert_allclose(*[np.array(text.split(), float) for text in (out, alone)],
                                   rtol=1e-4)

    @parameterized.expand([
        ('output', 'import sys; print(sys.argv, __name__); sys.stderr.write("b")', 0),
        ('status', 'import sys; print("a"); sys.exit(3)', 3),
        ('message', 'import sys; sys.exit("why")', 1),
        ('path', 'import sys; print(sys.path)', 0),
        ('folder', 'import os; print(os.getcwd(), os.environ["A"])', 0),
        ('input', 'import sys; print(sys.stdin.read()[::-1])', 0),
        ('at_exit', 'import atexit; atexit.register(print, "end")', 0),
        ('thread', 'import threading; threading.Timer(0.1, print, ["later"]).start()', 0),
        ('modules', 'import __main__; a = 1; print(__main__.a, __main__.__name__)', 0),
        ('group', 'import os; print(os.getpgrp() == int(os.environ["GROUP"]))', 0),
    ])
    def test_code(self, _, code, status):
        with tempfile.TemporaryDirectory() as folder:
            environment = dict(os.environ, A='é', PYTHONPATH='/x' + os.pathsep + folder,
                               PYTHONIOENCODING='utf-8', GROUP=str(os.getpgrp()))
            expected = self.assert_same('-c', code, 'one', cwd=folder, env=environment, input='ab')
        self.assertEqual(status, expected[0])

    def test_scripts_and_modules(self):
        code = 'import sys; import beside; print(sys.argv, sys.path[0], __name__, __file__)'
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (('script', code), ('beside', '')):
                with open(os.path.join(folder, name + '.py'), 'w') as file:
                    file.write(text)
            environment = dict(os.environ, PYTHONDONTWRITEBYTECODE='1')
            for arguments in (['script.py', '--flag'], [os.path.join(folder, 'script.py')],
                              ['-m', 'script', 'a']):
                status, out, err = self.assert_same(*arguments, cwd=folder, env=environment)
                self.assertEqual(0, status, err)

    def test_an_error_ends_in_its_traceback(self):
        status, out, err = outcome(prepared_python, '-c', 'raise ValueError("why")')
        self.assertEqual((1, ''), (status, out))
        self.assertRegex(err, r'(?s)^Traceback.*line 1, in <module>\nValueError: why\n$')

    def test_files(self):
        with tempfile.TemporaryFile('w+') as file:
            code = 'import os; os.write(1, b"a"); os.write(2, b"b")'
            prepared_python.run([sys.executable, '-c', code],
                                stdout=file, stderr=subprocess.STDOUT, check=True)
            file.seek(0)
            self.assertEqual('ab', file.read())
        with self.assertRaises(subprocess.CalledProcessError):
            prepared_python.check_output([sys.executable, '-c', 'raise SystemExit(2)'])
        self.assertEqual('c\n', prepared_python.check_output(
            [sys.executable, '-c', 'print("c")'], text=True))

    @parameterized.expand([
        ('interrupt', '', signal.SIGINT, '', 'KeyboardInterrupt'),
        ('end', '', signal.SIGTERM, '', ''),
        ('handler', CATCH, signal.SIGTERM, f'ended {int(signal.SIGTERM)}\n', ''),
        ('kill', CATCH, signal.SIGKILL, '', '')])
    def test_signals(self, _, prepare, signum, printed, message):
        found = []
        for module in (subprocess, prepared_python):
            process = module.Popen(
                [sys.executable, '-c', textwrap.dedent(WAITING).format(prepare=prepare)],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
            self.assertEqual('waiting\n', process.stdout.readline())
            self.assertIsNone(process.poll())
            process.send_signal(signum)
            out, err = process.communicate()
            self.assertEqual(printed, out)
            self.assertEqual(message, err and err.splitlines()[-1])
            found.append(process.returncode)
        self.assertEqual(*found)

    def test_many_at_once_and_a_time_limit(self):
        start = time.monotonic()
        code = 'import time; time.sleep(600)'
        processes = [prepared_python.Popen([sys.executable, '-c', code]) for _ in range(3)]
        self.assertEqual(3, len({process.pid for process in processes}))
        with self.assertRaises(subprocess.TimeoutExpired):
            prepared_python.run([sys.executable, '-c', code], timeout=0.1)
        for process in processes:
            process.kill()
        self.assertEqual([-signal.SIGKILL] * 3, [process.wait() for process in processes])
        self.assertLess(time.monotonic(), start + 300)

    def test_a_session_of_its_own(self):
        code = 'import os; print(os.getsid(0) == os.getpid())'
        self.assertEqual((0, 'True\n', ''), outcome(prepared_python, '-c', code,
                                                    start_new_session=True))

    def test_processes_draw_other_numbers(self):
        code = 'import random, numpy; print(random.random(), numpy.random.random())'
        first, second = (outcome(prepared_python, '-c', code)[1].split() for _ in range(2))
        self.assertEqual(4, len({*first, *second}))

    @parameterized.expand([
        ('variable', {'env': dict(os.environ, OMP_NUM_THREADS='7')}),
        ('log_level', {'env': dict(os.environ, TF_CPP_MIN_LOG_LEVEL='0')}),
        ('hash_seed', {'env': dict(os.environ, PYTHONHASHSEED='5')}),
        ('prepared_by_the_test', {'preexec_fn': int})])
    def test_what_starts_as_ever(self, _, options):
        self.assertEqual((0, 'False\n', ''), outcome(prepared_python, '-c', IS_PREPARED, **options))

    def test_other_commands(self):
        self.assertEqual('a\n', prepared_python.check_output(['echo', 'a'], text=True))
        self.assertEqual((0, 'False\n', ''), outcome(prepared_python, '-B', '-c', IS_PREPARED))


if __name__ == '__main__':
    unittest.main()
