"""Exported networks: size of the files, time for one sample and for a hundred, largest difference.

    python benchmarks/deployment.py --only_files     # converts
    python benchmarks/deployment.py                  # converts what is missing, and measures

The MNIST network, the layer fc6 of VGG-16 and the CIFAR-10 network TT-conv-TT-fc, with random
weights: dense; in the TT format, planned as by default; planned for inference and one sample; and
folded, that is planned for inference with constants of any size. Each is run in a session, from a
frozen graph, by TensorFlow Lite in float32 and with all in int8, and by onnxruntime if that and
tf2onnx are installed. What a format cannot do is left out with its reason. All are given as many
threads as they take by themselves, and take turns. `error` is the largest difference from the
session over the largest output. Writes deployment_NETWORK.json to --out, and the table to
docs/deployment.md with --write_page.
"""

import collections
import json
import os
import sys
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, ROOT)
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import numpy as np  # noqa: E402
import tensorflow.compat.v1 as tf  # noqa: E402

from benchmarks.command_line import RUNS, add_out, add_repetitions, make_parser, run  # noqa: E402
from benchmarks.converters import exported, runner, why_not  # noqa: E402
from benchmarks.machine import busy_cores, machine_record  # noqa: E402
from benchmarks.report import replaced  # noqa: E402
from experiments.cifar10_conv import network_file  # noqa: E402
from experiments.common.interleaved import interleaved_times, summary  # noqa: E402
from experiments.mnist import network as mnist  # noqa: E402
from tensornet import layers  # noqa: E402
from tensornet.whole_file import write_json, write_text  # noqa: E402

Network = collections.namedtuple('Network', ['inp_shape', 'dense', 'tt'])
SESSION, FORMATS = 'session', ('frozen', 'tflite', 'tflite int8', 'onnx')
BATCHES = (1, 100)
ANY_BYTES = 2**40
# Graphs whose frozen file is larger are not converted further, which would take many minutes.
LARGEST = 2**28
BLOCKS = collections.OrderedDict([
    ('dense', dict(plan=None)),
    ('TT, default', dict(plan=None)),
    ('TT, inference', dict(plan='inference', batch_size=1)),
    ('TT, folded', dict(plan='inference', batch_size=1, constant_bytes=ANY_BYTES)),
])
BEGIN = '<!-- written by benchmarks/deployment.py -->'
PAGE = os.path.join(ROOT, 'docs', 'deployment.md')


def networks():
    """Returns the `Network`s by name; each takes a batch of float32 and returns outputs."""
    def of_mnist(layer):
        modes = [4, 8, 8, 4]
        return lambda images: mnist.inference(images, np.zeros([28, 28], np.float32), layer, modes,
                                              modes, [1, 8, 8, 8, 1])

    def of_cifar(name):
        path = os.path.join(ROOT, 'experiments', 'cifar10_conv', 'nets', name + '.py')
        return lambda images: network_file.load(path).inference(images, False)

    modes = [2, 7, 8, 8, 7, 4], [4] * 6
    return collections.OrderedDict([
        ('mnist', Network([28, 28], of_mnist('dense'), of_mnist('tt'))),
        ('vgg_fc6', Network([25088], lambda inp: layers.linear(inp, 4096, scope='fc6'),
                            lambda inp: layers.tt(inp, *modes, 4, scope='fc6'))),
        ('cifar', Network([32, 32, 3], of_cifar('conv-fc'), of_cifar('TT-conv-TT-fc'))),
    ])


def main(arguments):
    """Converts and measures the chosen networks."""
    tf.disable_v2_behavior()
    os.makedirs(arguments.files, exist_ok=True)
    for name, network in networks().items():
        if name not in (arguments.network or networks()):
            continue
        errors = convert(name, network, arguments.files)
        if arguments.only_files:
            continue
        busy = busy_cores()
        rows = measure(name, network, arguments.files, errors, arguments.repetitions)
        for row in rows:
            print('%-8s %s' % (name, '  '.join('%s' % row[key] for key in row)), flush=True)
        write_json(os.path.join(arguments.out, 'deployment_%s.json' % name), {
            'machine': machine_record(tensorflow=tf.__version__,
                                      repetitions=arguments.repetitions),
            'busy_cores': busy, 'rows': rows})
    if arguments.write_page:
        with open(PAGE, encoding='utf-8') as file:
            text = file.read()
        write_text(PAGE, replaced(text, table(arguments.out), BEGIN))


def convert(name, network, folder):
    """Writes the files that are not there.

    Returns:
        Dictionary from pairs of way and format to the reason why there is no file.
    """
    reasons = {}
    for way in BLOCKS:
        for kind in FORMATS:
            path = _path(folder, name, way, kind)
            frozen = _path(folder, name, way, 'frozen')
            if why_not(kind):
                reasons[way, kind] = why_not(kind)
            elif os.path.exists(frozen) and os.path.getsize(frozen) > LARGEST and kind != 'frozen':
                reasons[way, kind] = 'not converted, for its size'
            elif not os.path.exists(path):
                with tf.Graph().as_default(), tf.Session() as session:
                    inp, out = _build(network, way, session)
                    samples = [sample[np.newaxis] for sample in _batch(network, 20)]
                    content = exported(kind, session, inp, out, samples)
                with open(path + '.part', 'wb') as file:
                    file.write(content)
                os.replace(path + '.part', path)
                print('%s: %d bytes' % (path, len(content)), flush=True)
    return reasons


def measure(name, network, folder, reasons, repetitions):
    """Runs the files, and sessions with variables, in turn.

    Returns:
        List of dictionaries: `way`, `format`, `file_bytes` (for a session those of the variables),
        `error`, and for each batch size `batch_SIZE_ms`; or `reason` instead of what is missing.
    """
    rows, calls, sessions = [], {}, []
    for way in BLOCKS:
        graph = tf.Graph()
        with graph.as_default():
            session = tf.Session(graph=graph)
            sessions.append(session)
            inp, out = _build(network, way, session)
            size = sum(4 * variable.shape.num_elements() for variable in tf.global_variables())
        expected = session.run(out, {inp: _batch(network, BATCHES[-1])})
        rows.append({'way': way, 'format': SESSION, 'file_bytes': size, 'error': 0.0})
        for batch_size in BATCHES:
            call = session.make_callable(out.name, [inp.name])
            calls[way, SESSION, batch_size] = _bound(call, _batch(network, batch_size))
        for kind in FORMATS:
            row = {'way': way, 'format': kind}
            rows.append(row)
            if (way, kind) in reasons:
                row['reason'] = reasons[way, kind]
                continue
            with open(_path(folder, name, way, kind), 'rb') as file:
                content = file.read()
            row['file_bytes'] = len(content)
            try:
                for batch_size in BATCHES:
                    call = _bound(runner(kind, content, inp.name, out.name, batch_size),
                                  _batch(network, batch_size))
                    actual = call()
                    calls[way, kind, batch_size] = call
            except RuntimeError as error:  # TensorFlow Lite does not load what it converted.
                row['reason'] = str(error).strip().splitlines()[0]
                continue
            row['error'] = float(np.max(np.abs(actual - expected)) / np.max(np.abs(expected)))
    times = interleaved_times(calls, repetitions, warm_up=1, shortest=0.03)
    for row in rows:
        for batch_size in BATCHES:
            seconds = times.get((row['way'], row['format'], batch_size))
            if seconds is not None:
                row['batch_%d_ms' % batch_size] = summary(seconds)['median_ms']
    return rows


def table(folder):
    """Returns the tables of the results in a folder, in Markdown."""
    parts = []
    for name in networks():
        path = os.path.join(folder, 'deployment_%s.json' % name)
        if not os.path.exists(path):
            continue
        with open(path, encoding='utf-8') as file:
            results = json.load(file)
        parts += ['', '`%s`, %d cores of %s, TensorFlow %s:' % (
            name, results['machine']['cores'], results['machine']['processor'],
            results['machine']['tensorflow']), '',
            '| network | run by | file, kB | batch 1, ms | batch 100, ms | error |',
            '|---|---|---|---|---|---|']
        for row in results['rows']:
            numbers = ['%.1f' % (row['file_bytes'] / 1e3) if 'file_bytes' in row else '–']
            numbers += ['%.3g' % row[key] if key in row else '–'
                        for key in ('batch_1_ms', 'batch_100_ms')]
            numbers += ['%.1g' % row['error'] if row.get('error') else '–']
            parts.append('| %s |' % ' | '.join([row['way'], row['format']] + numbers))
    return '\n'.join(parts).strip()


def _build(network, way, session):
    """Builds a network in the default graph with weights that depend on their names alone."""
    inp = tf.placeholder(tf.float32, [None] + network.inp_shape, name='inp')
    with layers.default_plan(**BLOCKS[way]):
        out = tf.identity((network.dense if way == 'dense' else network.tt)(inp), name='out')
    for variable in tf.global_variables():
        assign = variable.initializer
        session.run(assign, {assign.inputs[1]: _value(variable)})
    return inp, out


def _value(variable):
    shape, name = variable.shape.as_list(), variable.op.name
    random = np.random.RandomState(zlib.crc32(name.encode()))
    if name.endswith('variance') or name.endswith('step'):
        return np.ones(shape, variable.dtype.base_dtype.as_numpy_dtype)
    if len(shape) < 2:
        return random.normal(scale=0.1, size=shape)
    inputs = int(np.prod(shape[:-1]))
    return random.standard_normal(shape).astype(np.float32) * (2.0 / (inputs + shape[-1])) ** 0.5


def _batch(network, size):
    return np.random.RandomState(0).uniform(size=[size] + network.inp_shape).astype(np.float32)


def _bound(call, batch):
    return lambda: call(batch)


def _path(folder, name, way, kind):
    return os.path.join(folder, '%s-%s.%s' % (name, way.replace(', ', '-'), kind.replace(' ', '-')))


if __name__ == '__main__':
    parser = make_parser(__doc__)
    parser.add_argument('--network', action='append', choices=list(networks()),
                        help='default: all')
    parser.add_argument('--files', default=os.path.join(RUNS, 'deployment'), metavar='FOLDER',
                        help='folder of the converted files (default: %(default)s)')
    parser.add_argument('--only_files', action='store_true', help='convert and do not measure')
    parser.add_argument('--write_page', action='store_true',
                        help='write the table of the results in --out to docs/deployment.md')
    add_repetitions(parser, 5)
    add_out(parser)
    run(main, parser)
