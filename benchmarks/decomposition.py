"""Time, memory and error of TT decompositions: `tensornet.tt`, the plain algorithm and peers.

    python benchmarks/decomposition.py                    # the small cases, a minute
    python benchmarks/decomposition.py --case vgg_rank4 --case gaussian_eps --timeout 1800

Each measurement runs in a process of its own, one after another, so that peak memory is that of
one method: what the decomposition adds to the process, and the matrix. The time is that of the
decomposition alone; what a method loads or compiles it does before, on a tiny matrix. A method that
is not installed or cannot take the target is left out; one that fails or exceeds the timeout is
listed as such. Writes decomposition.json to --out.
"""

import collections
import importlib.util
import multiprocessing
import os
import signal
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import numpy as np

from benchmarks.command_line import add_out, make_parser, positive_number, run
from benchmarks.machine import busy_cores, machine_record
from benchmarks.peak_memory import peak_growth
from benchmarks.workloads import TT_WORKLOADS
from tensornet import tt
from tensornet.whole_file import write_json

Case = collections.namedtuple('Case', ['left_modes', 'right_modes', 'data', 'target'])

MNIST, FC, VGG = [workload[1:3] for name in ('mnist100', 'fc41', 'vgg1')
                  for workload in TT_WORKLOADS if workload.name == name]
CASES = collections.OrderedDict([
    ('mnist_rank8', Case(*MNIST, data='low_rank', target={'max_rank': 8})),
    ('mnist_eps', Case(*MNIST, data='gaussian', target={'eps': 0.5})),
    ('fc_rank40', Case(*FC, data='low_rank', target={'max_rank': 40})),
    ('vgg_rank4', Case(*VGG, data='low_rank', target={'max_rank': 4})),
    ('gaussian_eps', Case(*VGG, data='gaussian', target={'eps': 0.5})),
])
SMALL = ['mnist_rank8', 'mnist_eps']


def make_matrix(case):
    """float32 matrix: Gaussian noise, with a train of the target rank under it for `low_rank`."""
    random = np.random.default_rng(0)
    rows, columns = int(np.prod(case.left_modes)), int(np.prod(case.right_modes))
    if case.data == 'gaussian':
        return random.standard_normal((rows, columns), dtype=np.float32)
    modes = np.multiply(case.left_modes, case.right_modes)
    ranks = np.minimum(tt.max_ranks(modes), case.target['max_rank'])
    cores = [random.standard_normal((ranks[k], left, right, ranks[k + 1]), dtype=np.float32)
             for k, (left, right) in enumerate(zip(case.left_modes, case.right_modes))]
    matrix = tt.full_matrix([core / np.sqrt(np.float32(len(core))) for core in cores])
    for row in matrix:
        row += 0.1 * random.standard_normal(columns, dtype=np.float32)
    return matrix


def tensornet_cores(matrix, case):
    """`tensornet.tt.decompose_matrix`."""
    return tt.decompose_matrix(matrix, case.left_modes, case.right_modes, **case.target).cores


def plain_cores(matrix, case):
    """The textbook sweep: a full `numpy.linalg.svd` of each unfolding, from left to right."""
    modes = np.multiply(case.left_modes, case.right_modes)
    state, cores, rank = _regrouped(matrix, case), [], 1
    tolerance = case.target.get('eps', 0) * np.linalg.norm(matrix) / np.sqrt(len(modes) - 1)
    for mode in modes[:-1]:
        left, values, right = np.linalg.svd(state.reshape(rank * mode, -1), full_matrices=False)
        errors = np.sqrt(np.cumsum(values[::-1].astype(np.float64)**2))
        kept = max(1, len(values) - int(np.searchsorted(errors, tolerance, side='right')))
        kept = min(kept, case.target.get('max_rank', kept))
        cores.append(left[:, :kept].reshape(rank, mode, kept))
        state, rank = values[:kept, np.newaxis] * right[:kept], kept
    return _as_matrix_cores(cores + [state.reshape(rank, modes[-1], 1)], case)


def t3f_cores(matrix, case):
    """`t3f.to_tt_matrix`; version 1.2 accepts an `epsilon` but does not use it."""
    import t3f
    train = t3f.to_tt_matrix(matrix, (case.left_modes, case.right_modes),
                             max_tt_rank=case.target['max_rank'])
    return [np.asarray(core) for core in train.tt_cores]


def tensorly_cores(matrix, case):
    """`tensorly.decomposition.tensor_train`, its default decomposition."""
    return _tensorly(matrix, case, 'truncated_svd')


def tensorly_randomized_cores(matrix, case):
    """`tensorly.decomposition.tensor_train` with its randomized decomposition."""
    return _tensorly(matrix, case, 'randomized_svd')


METHODS = collections.OrderedDict([
    ('tensornet', (tensornet_cores, 'numpy')),
    ('plain', (plain_cores, 'numpy')),
    ('t3f', (t3f_cores, 't3f')),
    ('tensorly', (tensorly_cores, 'tensorly')),
    ('tensorly randomized', (tensorly_randomized_cores, 'tensorly')),
])


def _tensorly(matrix, case, svd):
    from tensorly.decomposition import tensor_train
    modes = np.multiply(case.left_modes, case.right_modes)
    ranks = np.minimum(tt.max_ranks(modes), case.target['max_rank']).tolist()
    train = tensor_train(_regrouped(matrix, case).reshape(modes), ranks, svd=svd, random_state=0)
    return _as_matrix_cores(train.factors, case)


def _regrouped(matrix, case):
    cores = len(case.left_modes)
    axes = [axis for k in range(cores) for axis in (k, cores + k)]
    return np.ascontiguousarray(matrix.reshape(case.left_modes + case.right_modes).transpose(axes))


def _as_matrix_cores(cores, case):
    return [np.asarray(core).reshape(core.shape[0], left, right, core.shape[-1])
            for core, left, right in zip(cores, case.left_modes, case.right_modes)]


def measure(case_name, method, path, connection):
    """Runs one method on the matrix in a file and sends what it measured; the child process."""
    # Ctrl-C is for the parent, which then ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    case, decompose = CASES[case_name], METHODS[method][0]
    decompose(np.ones((4, 4), np.float32), Case((2, 2), (2, 2), None, {'max_rank': 1}))
    matrix = np.load(path, allow_pickle=False)
    answer = {}

    def timed():
        start = time.perf_counter()
        cores = decompose(matrix, case)
        answer.update(cores=cores, seconds=time.perf_counter() - start)

    try:
        peak = peak_growth(timed) + matrix.nbytes
    # The parent lists whatever goes wrong in a peer, such as a LAPACK workspace too large.
    except Exception as error:
        connection.send({'failure': f'{type(error).__name__}: {str(error)[:200]}'})
        return
    cores = answer['cores']
    difference = tt.full_matrix([np.asarray(core, np.float32) for core in cores])
    difference -= matrix
    connection.send({
        'seconds': answer['seconds'],
        'peak_memory': peak / matrix.nbytes,
        'error': _norm(difference) / _norm(matrix),
        'ranks': [int(core.shape[0]) for core in cores] + [1],
        'parameters': int(sum(core.size for core in cores)),
    })


def _norm(matrix):
    return float(np.sqrt(sum(np.dot(row, row) for row in map(np.float64, matrix))))


def measure_alone(case_name, method, path, timeout):
    """Measures in a process of its own; returns the row of the table."""
    row = {'case': case_name, 'method': method}
    context = multiprocessing.get_context('spawn')
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=measure, args=(case_name, method, path, sender))
    process.start()
    sender.close()
    try:
        if receiver.poll(timeout):
            row.update(receiver.recv())
        else:
            row['failure'] = f'more than {timeout:g} s'
    except EOFError:
        row['failure'] = 'the process ended early, probably out of memory'
    finally:
        process.kill()
        process.join()
    return row


def takes(method, case):
    """Whether a method is installed and knows the kind of target."""
    if importlib.util.find_spec(METHODS[method][1]) is None:
        return False
    return 'max_rank' in case.target or method in ('tensornet', 'plain')


def print_row(row):
    """Prints one line of the table."""
    start = f'{row["case"]:<14} {row["method"]:<20}'
    if 'failure' in row:
        print(start, row['failure'], flush=True)
        return
    ranks = '-'.join(str(rank) for rank in row['ranks'])
    print(start, f'{row["seconds"]:9.2f} {row["peak_memory"]:8.2f} {row["error"]:10.6f} '
                 f'{row["parameters"]:11}  {ranks}', flush=True)


def main(arguments):
    """Measures the chosen cases with all methods."""
    print(f'{"case":<14} {"method":<20} {"seconds":>9} {"memory":>8} {"error":>10} '
          f'{"parameters":>11}  ranks')
    results = {'machine': machine_record(),
               'busy_cores': busy_cores(), 'rows': []}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'matrix.npy')
        for case_name in arguments.case or SMALL:
            np.save(path, make_matrix(CASES[case_name]))
            for method in arguments.method or METHODS:
                if takes(method, CASES[case_name]):
                    results['rows'].append(measure_alone(case_name, method, path,
                                                         arguments.timeout))
                    print_row(results['rows'][-1])
                    write_json(os.path.join(arguments.out, 'decomposition.json'), results)
    print('memory: peak, in sizes of the matrix, which is part of it')


if __name__ == '__main__':
    parser = make_parser(__doc__)
    parser.add_argument('--case', action='append', choices=list(CASES),
                        help='default: ' + ', '.join(SMALL))
    parser.add_argument('--method', action='append', choices=list(METHODS), help='default: all')
    parser.add_argument('--timeout', type=positive_number, default=600,
                        help='seconds for each measurement (default: %(default)g)')
    add_out(parser)
    run(main, parser)
