"""Exported networks: size of the files, time for one sample and for a hundred, largest difference.

    python benchmarks/deployment.py --only_files     # converts
    python benchmarks/deployment.py                  # converts what is missing, and measures

The MNIST network, a layer 2048 -> 1024 of rank 16, the layer fc6 of VGG-16 and the CIFAR-10 network
TT-conv-TT-fc, with random weights: dense; in the TT format, planned as by default; planned for
inference and one sample; and folded, that is planned for inference with constants of any size. Each
is run in a session, from a frozen graph, by TensorFlow Lite in float32 and with all in int8, and by
onnxruntime if that and tf2onnx are installed. What a format cannot do is left out with its reason.
The ways to build a network take turns; what runs them comes one after another, and with --run_by
in goes of its own, each of which adds to deployment_NETWORK.json in --out. All take as many threads
as they choose. `error` is the largest difference from the session over the largest output.
--write_page writes the tables of what is in --out to docs/deployment.md, and measures nothing.
"""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import numpy as np
import tensorflow.compat.v1 as tf

import tensornet
from benchmarks.command_line import (
    FOLDER,
    RESULTS,
    RUNS,
    add_out,
    add_repetitions,
    make_parser,
    run,
)
from benchmarks.converters import exported, runner, why_not
from benchmarks.deployment_networks import WAYS, batch, build, networks
from benchmarks.interleaved import interleaved_times, summary
from benchmarks.machine import busy_cores, machine_record
from benchmarks.report import replaced
from tensornet.whole_file import whole_file, write_json, write_text

SESSION = 'session'
RUN_BY = (SESSION, 'frozen', 'tflite', 'tflite int8', 'onnx')
BATCHES = (1, 100)
BEGIN = '<!-- written by benchmarks/deployment.py -->'
PAGE = os.path.join(os.path.dirname(FOLDER), 'docs', 'deployment.md')


def main(arguments):
    """Converts and measures what is chosen, or writes the page."""
    if arguments.write_page:
        _check_results(arguments.out)
        with open(PAGE, encoding='utf-8') as file:
            text = file.read()
        write_text(PAGE, replaced(text, table(arguments.out), BEGIN))
        return
    tf.disable_v2_behavior()
    os.makedirs(arguments.files, exist_ok=True)
    for name, network in networks().items():
        if name not in (arguments.network or networks()):
            continue
        kinds = [kind for kind in RUN_BY if kind in (arguments.run_by or RUN_BY)]
        reasons = convert(name, network, kinds, arguments.files)
        if arguments.only_files:
            continue
        path = _results_path(arguments.out, name)
        machine = machine_record(tensorflow=tf.__version__)
        rows = earlier_rows(path, machine) if arguments.run_by else []
        sessions = {way: Opened(network, way) for way in WAYS}
        for kind in kinds:
            busy = busy_cores()
            new = measure(name, network, kind, arguments.files, reasons, sessions,
                          arguments.repetitions)
            for row in new:
                print(f'{name:<10} {"  ".join(str(row[key]) for key in row)}', flush=True)
                row.update(busy_cores=busy, repetitions=arguments.repetitions)
            rows = replaced_rows(rows, new)
            write_json(path, {'machine': machine, 'rows': rows})


class Opened:
    """A network in a session of its own.

    Attributes:
        inp_name, out_name: of its tensors.
        variable_bytes: those of its variables.
        expected: outputs for the largest batch.
    """

    def __init__(self, network, way):
        with tf.Graph().as_default() as graph:
            self._session = tf.Session(graph=graph)
            inp, out = build(network, way, self._session)
            self.variable_bytes = sum(4 * variable.shape.num_elements()
                                      for variable in tf.global_variables())
        self.inp_name, self.out_name = inp.name, out.name
        self.expected = self.run(batch(network, BATCHES[-1]))

    @property
    def run(self):
        """A function that takes a batch and returns outputs."""
        return self._session.make_callable(self.out_name, [self.inp_name])


def convert(name, network, kinds, folder):
    """Writes the files that these versions have not written yet.

    Returns:
        Dictionary from pairs of way and format to the reason why there is no file.
    """
    reasons = {}
    for way in WAYS:
        for kind in kinds:
            path = _path(folder, name, way, kind)
            if kind == SESSION or os.path.exists(path):
                continue
            if why_not(kind):
                reasons[way, kind] = why_not(kind)
                continue
            with tf.Graph().as_default(), tf.Session() as session:
                inp, out = build(network, way, session)
                samples = [sample[np.newaxis] for sample in batch(network, 20)]
                content = exported(kind, session, inp, out, samples)
            with whole_file(path) as temporary, open(temporary, 'wb') as file:
                file.write(content)
            print(f'{path}: {len(content)} bytes', flush=True)
    return reasons


def measure(name, network, kind, folder, reasons, sessions, repetitions):
    """Runs a network, built in each of the `WAYS` in turn, in one of the forms `RUN_BY`.

    Returns:
        List of dictionaries: `way`, `format`, `file_bytes` (for a session those of the variables),
        `error`, and for each batch size `batch_SIZE_ms`; or `reason` instead of what is missing.
    """
    rows, calls = [], {}
    for way, opened in sessions.items():
        row = {'way': way, 'format': kind}
        rows.append(row)
        if (way, kind) in reasons:
            row['reason'] = reasons[way, kind]
            continue
        content = None
        if kind != SESSION:
            with open(_path(folder, name, way, kind), 'rb') as file:
                content = file.read()
        row['file_bytes'] = opened.variable_bytes if content is None else len(content)
        try:
            for size in BATCHES:
                call = opened.run if content is None else runner(
                    kind, content, opened.inp_name, opened.out_name, size)
                calls[way, size] = _bound(call, batch(network, size))
            difference = np.max(np.abs(calls[way, BATCHES[-1]]() - opened.expected))
        except RuntimeError as error:  # TensorFlow Lite does not load what it converted.
            calls = {key: value for key, value in calls.items() if key[0] != way}
            row['reason'] = str(error).strip().splitlines()[0]
            continue
        row['error'] = float(difference / np.max(np.abs(opened.expected)))
    times = interleaved_times(calls, repetitions, warm_up=1, shortest=0.03)
    for row in rows:
        for size in BATCHES:
            if (row['way'], size) in times:
                row[f'batch_{size}_ms'] = summary(times[row['way'], size])['median_ms']
    return rows


def earlier_rows(path, machine):
    """Returns the rows of a file of results, to which more are to be added; none without it.

    Raises:
        SystemExit: they were measured elsewhere.
    """
    if not os.path.exists(path):
        return []
    with open(path, encoding='utf-8') as file:
        results = json.load(file)
    if results['machine'] != machine:
        sys.exit(f'error: {path} was measured on another machine or with other versions; name '
                 'another folder by --out, or measure all anew, without --run_by')
    return results['rows']


def replaced_rows(rows, new):
    """Returns rows in order, with new ones in place of those of the same way and format."""
    kept = {(row['way'], row['format']): row for row in rows + new}
    return [kept[way, kind] for way in WAYS for kind in RUN_BY if (way, kind) in kept]


def table(folder):
    """Returns the tables of the results in a folder, in Markdown."""
    parts = []
    for name in networks():
        path = _results_path(folder, name)
        if not os.path.exists(path):
            continue
        with open(path, encoding='utf-8') as file:
            results = json.load(file)
        machine = results['machine']
        parts += [
            '',
            f'`{name}`, {machine["cores"]} cores of {machine["processor"]}, TensorFlow '
            f'{machine["tensorflow"]}:',
            '',
            '| network | run by | file, kB | batch 1, ms | batch 100, ms | error |',
            '|---|---|---:|---:|---:|---:|']
        for row in results['rows']:
            numbers = [f'{row["file_bytes"] / 1e3:.1f}' if 'file_bytes' in row else '–']
            numbers += [f'{row[key]:.3g}' if key in row else '–'
                        for key in ('batch_1_ms', 'batch_100_ms')]
            is_exact = row['format'] == SESSION
            numbers += ['–' if is_exact else row.get('reason') or f'{row["error"]:.1g}']
            parts.append(f'| {row["way"]} | {row["format"]} | {" | ".join(numbers)} |')
    return '\n'.join(parts).strip()


def _check_results(folder):
    """Ends the process where a network has no results: the page would lose its table."""
    missing = [path for path in (_results_path(folder, name) for name in networks())
               if not os.path.exists(path)]
    if missing:
        sys.exit(f'error: {", ".join(missing)}: no such file; the page takes the results of all '
                 f'networks, such as those in --out={os.path.relpath(RESULTS)}')


def _results_path(folder, name):
    return os.path.join(folder, f'deployment_{name}.json')


def _bound(call, inputs):
    return lambda: call(inputs)


def _path(folder, name, way, kind):
    # The versions too: another one may make another file of the same network.
    way, kind = way.replace(', ', '-'), kind.replace(' ', '-')
    return os.path.join(folder, f'{name}-{way}-tensornet-{tensornet.__version__}-'
                                f'tensorflow-{tf.__version__}.{kind}')


if __name__ == '__main__':
    parser = make_parser(__doc__)
    parser.add_argument('--network', action='append', choices=list(networks()),
                        help='default: all')
    parser.add_argument('--run_by', action='append', choices=RUN_BY, help='default: all')
    parser.add_argument('--files', default=os.path.join(RUNS, 'deployment'), metavar='FOLDER',
                        help='folder of the converted files (default: %(default)s)')
    parser.add_argument('--only_files', action='store_true', help='convert and do not measure')
    parser.add_argument('--write_page', action='store_true',
                        help='only write the tables of the results in --out to docs/deployment.md')
    add_repetitions(parser, 5)
    add_out(parser)
    run(main, parser)
