"""What is printed while TensorFlow is imported, at each of its levels."""
import os
import subprocess
import sys
import unittest

from parameterized import parameterized

from tests.script_runner import ROOT

SCRIPT = '''
import sys
from experiments.common.tensorflow_import import import_tensorflow
tf = import_tensorflow()
print(tf.executing_eagerly())
tf.logging.error('an error of Python')
tf.logging.warning('a warning of Python')
tf.logging.info('information of Python')
'''


class ImportTest(unittest.TestCase):

    def printed(self, level):
        environment = dict(os.environ)
        environment.pop('TF_CPP_MIN_LOG_LEVEL', None)
        if level is not None:
            environment['TF_CPP_MIN_LOG_LEVEL'] = level
        done = subprocess.run([sys.executable, '-c', SCRIPT], cwd=ROOT, env=environment, check=True,
                              capture_output=True, text=True)
        self.assertEqual('False\n', done.stdout)
        return done.stderr

    @parameterized.expand([(None,), ('3',), ('2',), ('9',)])
    def test_errors_alone(self, level):
        self.assertRegex(self.printed(level), r'\A.*an error of Python\n\Z')

    def test_warnings(self):
        err = self.printed('1')
        self.assertRegex(err, 'a warning of Python')
        self.assertNotRegex(err, '(?m)information of Python|^I0000 ')

    @parameterized.expand(['0', 'x'])
    def test_everything(self, level):
        self.assertRegex(self.printed(level), 'information of Python')
