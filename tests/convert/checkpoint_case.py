"""A small network that is trained, saved, converted and restored, with its moving averages."""
import os
import tempfile
import unittest

import tensorflow.compat.v1 as tf

from tensornet import convert
from tensornet.checkpoints import Checkpoint
from tensornet.convert import convert_checkpoint
from tests.convert.networks import convolution, matrix
from tests.folder_contents import folder_contents

DENSE = {'conv': {}, 'fc': {}}
TT = {'conv': dict(window=[3, 3], inp_ch_modes=[2, 3], out_ch_modes=[4, 2], ranks=[5, 4, 1]),
      'fc': dict(inp_modes=[2, 4], out_modes=[4, 3], mat_ranks=[1, 5, 1])}
DIRECT = {'conv': dict(window=[3, 3], out_ch=8, ranks=[1, 3, 6, 5, 1]),
          'fc': dict(inp_modes=[2, 2, 2], out_modes=[2, 2, 3], mat_ranks=[1, 3, 4, 1])}

# What `save` returned and the files that it wrote, by what it was called with: the tests of a
# process train each network once.
_TRAINED = {}


def network(arguments):
    """Builds a convolution and a matrix, each dense or TT by its arguments."""
    with tf.variable_scope('net'):
        out = tf.nn.relu(convolution(arguments['conv']))
        return matrix(tf.reduce_mean(out, axis=[1, 2]), arguments['fc'])


class CheckpointTestCase(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.source = os.path.join(folder.name, 'in', 'model.ckpt')
        self.output = os.path.join(folder.name, 'out', 'model.ckpt')
        os.mkdir(os.path.dirname(self.source))

    def save(self, arguments, scope='', name='ExponentialMovingAverage', decay=0.5,
             version=tf.train.SaverDef.V2):
        """Trains with Adam and averages; returns the output of the weights and of the averages."""
        made_of = arguments, scope, name, decay, version
        folder = os.path.dirname(self.source)
        if repr(made_of) not in _TRAINED:
            outputs = self._train(*made_of)
            _TRAINED[repr(made_of)] = outputs, folder_contents(folder)
        outputs, contents = _TRAINED[repr(made_of)]
        for file, (content, _) in contents.items():
            with open(os.path.join(folder, file), 'wb') as opened:
                opened.write(content)
        return outputs

    def _train(self, arguments, scope, name, decay, version):
        with tf.Graph().as_default():
            tf.set_random_seed(1)
            out = network(arguments)
            train = tf.train.AdamOptimizer(0.01).minimize(tf.reduce_sum(tf.square(out)))
            average = tf.train.ExponentialMovingAverage(decay, name=name)
            with tf.variable_scope(scope) if scope else tf.name_scope(None), \
                    tf.control_dependencies([train]):
                update = average.apply(tf.trainable_variables())
            # Of relative paths, the checkpoint can lie in another folder.
            saver = tf.train.Saver(write_version=version, save_relative_paths=True)
            averages = tf.train.Saver({average.average_name(variable): variable
                                       for variable in tf.trainable_variables()}) if not scope \
                else None
            with tf.Session() as session:
                session.run(tf.global_variables_initializer())
                for _ in range(3):
                    session.run(update)
                saver.save(session, self.source)
                plain = session.run(out)
                if averages is None:
                    return plain, None
                averages.restore(session, self.source)
                return plain, session.run(out)

    def convert(self, *requests, **options):
        return convert_checkpoint(self.source, self.output, requests,
                                  report_path=self.output + '.json', **options)

    def restored(self, report, arguments=None, name='ExponentialMovingAverage'):
        """Outputs of the converted network, of its weights and of its averages."""
        arguments = dict(arguments or DENSE, **{
            layer['layer'][4:]: layer['arguments'] for layer in report.as_dict()['layers']})
        with tf.Graph().as_default():
            out = network(arguments)
            average = tf.train.ExponentialMovingAverage(0.5, name=name)
            savers = [tf.train.Saver(), tf.train.Saver({
                average.average_name(variable): variable
                for variable in tf.trainable_variables()})]
            outputs = []
            # The folder alone: its file `checkpoint` names the output.
            latest = tf.train.latest_checkpoint(os.path.dirname(self.output))
            with tf.Session() as session:
                for saver in savers:
                    saver.restore(session, latest)
                    outputs.append(session.run(out))
            return outputs

    def dense_of(self, kind, modes, after=''):
        """Dense weights of fc in the output."""
        checkpoint = Checkpoint(self.output)
        return convert.tt_to_dense([checkpoint.read(f'net/fc/mat_core_{k}{after}')
                                    for k in range(1, len(modes[0]) + 1)], *modes)
