"""What a run leaves and shows: results, the learning curve, progress."""
import fcntl
import io
import json
import os
import pty
import struct
import tempfile
import termios
import unittest
from unittest import mock

import matplotlib.image
import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from experiments.common import progress as progress_module
from experiments.common.figures import draw_learning_curve
from experiments.common.progress import Progress
from experiments.common.report_files import write_report
from experiments.common.results import write_results


class FolderTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)


class ResultsTest(FolderTest):

    @parameterized.expand([('by_the_record', '1.0', '1.0'), ('now', None, tf.__version__)])
    def test_the_file_holds_what_is_returned(self, _, tensorflow, version):
        content = write_results(
            self.folder, dataset='mnist', test_error=1.62, train_error=0.5, epochs=2, steps=1200,
            seconds=12.34, parameters=200, dense_parameters=500, seed=3,
            tensorflow=tensorflow)
        with open(self.path('results.json')) as file:
            self.assertEqual(json.load(file), content)
        self.assertEqual(content, {
            'dataset': 'mnist', 'test_error': 1.62, 'train_error': 0.5, 'epochs': 2,
            'steps': 1200, 'seconds': 12.3, 'parameters': 200, 'dense_parameters': 500,
            'compression': 2.5, 'seed': 3, 'tensorflow': version})


class ReportTest(FolderTest):

    def test_a_report_without_a_picture(self):
        folder = self.path('below')
        self.assertEqual(f'a.md and a.json are in {folder}',
                         write_report(folder, 'a', '| one |\n', {'one': 1}))
        self.assertEqual(['a.json', 'a.md'], sorted(os.listdir(folder)))
        with open(os.path.join(folder, 'a.md')) as file:
            self.assertEqual('| one |\n', file.read())
        with open(os.path.join(folder, 'a.json')) as file:
            self.assertEqual({'one': 1}, json.load(file))


class LearningCurveTest(FolderTest):

    def test_a_picture_is_drawn_with_zero_errors_and_a_single_epoch_too(self):
        for number, history in enumerate((
                [{'epoch': 1, 'train_error': 4.0, 'test_error': 5.0},
                 {'epoch': 2, 'train_error': 0.0, 'test_error': 2.0}],
                [{'epoch': 1, 'train_error': 0.0, 'test_error': 0.0}])):
            path = self.path(f'{number}.png')
            draw_learning_curve(path, history, 'title')
            picture = matplotlib.image.imread(path)
            self.assertEqual(picture.shape[:2], (495, 770))
            self.assertGreater(float(picture[..., :3].std()), 0.05)

    def test_an_accuracy_of_zero_is_drawn(self):
        blue = []
        for first in (0.0, float('nan')):
            draw_learning_curve(self.path('a.png'), [
                {'epoch': epoch, 'train_accuracy': 40.0, 'test_accuracy': value}
                for epoch, value in ((1, first), (2, 50.0))], 'title', measure='accuracy')
            red, _, blues = np.moveaxis(matplotlib.image.imread(self.path('a.png'))[..., :3], -1, 0)
            blue.append(np.sum(blues - red > 0.4))
        # The line from the first point to the second is there, not only the second's dot.
        self.assertGreater(blue[0], 300 + blue[1])


class ProgressTest(unittest.TestCase):

    def test_plain_lines_where_there_is_no_terminal(self):
        stream = io.StringIO()
        with Progress(0, 3, stream) as progress:
            for step in (1, 2, 3):
                progress.step(step, 0.5)
            progress.line('epoch 1/1')
        self.assertEqual(stream.getvalue(), 'epoch 1/1\n')

    def terminal(self, rows, columns):
        """Returns the two ends of a terminal."""
        reader, writer = pty.openpty()
        self.addCleanup(os.close, reader)
        fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
        return reader, writer

    def test_plain_lines_where_a_terminal_has_no_width(self):
        reader, writer = self.terminal(0, 0)
        with open(writer, 'w') as stream, mock.patch.object(
                progress_module, '_SECONDS_BETWEEN_LINES', 0):
            with Progress(40, 80, stream) as progress:
                progress.step(60, 0.5)
                progress.line('epoch 1/1')
            text = b''
            while b'epoch 1/1\r\n' not in text:
                text += os.read(reader, 100000)
        self.assertEqual(b'step 60/80  loss 0.5000\r\nepoch 1/1\r\n', text)

    def test_a_bar_on_a_terminal(self):
        reader, writer = self.terminal(24, 80)
        with open(writer, 'w') as stream:
            with Progress(40, 80, stream) as progress:
                progress.step(60, 0.5)
                progress.line('epoch 1/1')
            text = b''
            # A terminal hands over what was written bit by bit.
            while not (b'epoch 1/1' in text and b'60/80' in text):
                text += os.read(reader, 100000)
        text = text.decode()
        self.assertRegex(text, r'50%.*40/80')
        self.assertRegex(text, r'75%.*60/80')
        self.assertRegex(text, 'epoch 1/1\r?\n')
