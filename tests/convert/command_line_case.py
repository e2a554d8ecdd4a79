"""Running `python -m tensornet.convert` on the checkpoint of a small network."""

import contextlib
import io
import os
import shutil
import tempfile
import unittest

from tensornet.convert.command_line import main
from tests.convert.networks import save_dense
from tests.folder_contents import folder_contents


class CommandLineTestCase(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.dense = tempfile.mkdtemp()
        cls.prefix, cls.out, cls.values = save_dense(cls.dense)
        cls.dense_contents = folder_contents(cls.dense)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.dense)

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.output = os.path.join(self.folder, 'tt.ckpt')

    def tearDown(self):
        self.assertEqual(self.dense_contents, folder_contents(self.dense), 'the input is modified')

    def run_main(self, *argv):
        """Returns the exit status and what was printed to stdout and stderr."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                status = main(list(argv))
            except SystemExit as stop:
                status = stop.code
        return status, out.getvalue(), err.getvalue()
