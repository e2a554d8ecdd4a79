"""Running a case of `conversion_cases` and comparing it with dense weights in float64."""

import os
import tempfile
import warnings

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet import checkpoints, convert, layers
from tensornet.checkpoints import Checkpoint
from tensornet.convert import Request, convert_checkpoint
from tests.fuzz.layer_reference import dense_weights, reference
from tests.fuzz.rounding import UNITS, excess

SCOPE, AVERAGE = 'net/layer', '/ExponentialMovingAverage'
CORES = {'tt': 'mat_core', 'tt_conv': 'core', 'tt_conv_direct': 'core'}
# What float64 computations leave of an error of zero.
FLOOR = 1e-13
# Of conversions that are computed in a type, beside the rounding of the result.
COMPUTED = {'float16': 2e-6, 'bfloat16': 2e-6, 'float32': 2e-6, 'float64': 1e-14}


def faults(case):
    """Saves weights, converts them, and checks the report, the numbers and a graph of them.

    Returns:
        Dictionary from what is wrong to how. Empty where all is right, or the conversion says that
        a target cannot be met.
    """
    tf.logging.set_verbosity(tf.logging.ERROR)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter('always')
        try:
            found = _faults(case, os.path.join(folder, 'in'), os.path.join(folder, 'out', 'model'))
        except Exception as error:
            found = {type(error).__name__: ' '.join(str(error).split())[:300]}
    numeric = [str(warning.message) for warning in caught
               if issubclass(warning.category, RuntimeWarning)]
    return dict(found, warned=numeric[0]) if numeric else found


def _faults(case, source, output):
    random = np.random.RandomState(case['seed'])
    weights = _weights(case, random)
    stored = _stored_values(case, weights, random)
    _save(source, stored)
    try:
        report = convert_checkpoint(source, output, [_request(case)])
    except ValueError as error:
        if 'cannot be met' in str(error) or 'is a single number' in str(error):
            return {}
        raise
    if report.kept:
        useful = report.kept[0].useful_eps
        return {} if useful is None or useful > case['target']['eps'] / 2 else {
            'kept': 'a layer that would shrink'}
    return _Comparison(case, source, output, report).faults()


class _Comparison:
    """What a conversion made of a layer, beside what it was made from."""

    def __init__(self, case, source, output, report):
        self.case, self.output = case, output
        # The widest of those of all cores.
        self.dtype = case['last_dtype']
        self.old, self.new = Checkpoint(source), Checkpoint(output)
        self.described = report.as_dict()['layers'][0]
        self.kind = self.described['format']
        self.new_case = {'layer': self.kind, 'arguments': self.described['arguments']}
        self.found = {}

    def faults(self):
        self._compare_errors()
        self._compare_target()
        self._compare_others()
        self._compare_dense()
        if not (tf.__version__.startswith('1.') and self.dtype == 'bfloat16'):
            self._compare_graph()
        return self.found

    def _check(self, name, is_right, text):
        if not is_right:
            self.found[name] = text

    def _compare_errors(self):
        averages = self.described['averages']
        wanted = self.case['average_dtype'] is not None
        self._check('averages', len(averages) == wanted, f'{len(averages)} were converted')
        for end, reported, dtype in [('', self.described['relative_error'], self.dtype)] + [
                (AVERAGE, average['relative_error'], self.case['average_dtype'])
                for average in averages]:
            exact = self._dense(self.old, _old_case(self.case), end)
            made = self._dense(self.new, self.new_case, end)
            error = np.linalg.norm(made - exact) / (np.linalg.norm(exact) or 1.)
            near = abs(error - reported) <= 1e-6 * error + FLOOR
            self._check('error' + end, near, f'is {error:g}, reported {reported:g}')
            types = {self.new.dtypes[name].name for name in self._names(self.new, end)
                     if end == '' or name.endswith(end)}
            self._check('type' + end, types == {dtype}, str(types))
            if self.case['action'] == 'grow':
                self._check('grown' + end, error <= FLOOR, f'an error of {error:g}')

    def _compare_target(self):
        case, described = self.case, self.described
        (name, value), = case['target'].items()
        ranks, size = described['ranks'], described['parameters_after']
        live = int(np.prod(described['shape']))
        if name == 'eps':
            least = COMPUTED[self.dtype] + 8 * UNITS[self.dtype]
            is_right = described['relative_error'] <= max(value * (1 + 1e-6), least)
        elif name == 'max_rank' or name == 'ranks' and not isinstance(value, list):
            is_right = max(ranks) <= value
        elif name == 'ranks':
            is_right = ranks == _listed(case, value)
        elif name == 'parameters':
            is_right = size <= value
        else:
            is_right = size * value <= live
        error = described['relative_error']
        self._check('target', is_right, f'ranks {ranks}, {size} weights, error {error:g}')

    def _compare_others(self):
        for name in self.old.shapes:
            if name.startswith(SCOPE) and not name.startswith(SCOPE + '/biases'):
                continue
            same = name in self.new.shapes and np.array_equal(self.old.read(name),
                                                              self.new.read(name))
            self._check(name, same, 'is not as it was')

    def _compare_dense(self):
        """The way back, of variables as they are stored."""
        values = {name[len(SCOPE) + 1:]: self.new.read(name) for name in self._names(self.new, '')}
        modes, shape = self.described['modes'], self.described['shape']
        if self.kind == 'tt':
            dense = convert.tt_to_dense(values, *modes, shape=shape)
        elif self.kind == 'tt_conv':
            dense = convert.tt_conv_to_dense(values['filters'], values, *modes, shape=shape)
        else:
            dense = convert.tt_conv_direct_to_dense(values)
        exact = self._dense(self.new, self.new_case, '')
        dense = np.asarray(dense, np.float64) / self.case['scale']
        error = np.linalg.norm(dense - exact) / (np.linalg.norm(exact) or 1.)
        self._check('dense', error <= COMPUTED[self.dtype], f'is off by {error:g}')

    def _compare_graph(self):
        case = self.case
        for saver_class in (tf.train.Saver, checkpoints.Saver):
            for end in ('',) + ((AVERAGE,) if case['average_dtype'] == self.dtype else ()):
                self._compare_restored(saver_class, end)

    def _compare_restored(self, saver_class, end):
        case, described = self.case, self.described
        has_biases = case['biases_dtype'] == self.dtype
        channels = case['inp']
        inputs = np.random.RandomState(case['seed']).normal(
            size=[3, channels] if self.kind == 'tt' else [2, 4, 5, channels])
        dtype = tf.as_dtype(self.dtype)
        inputs = inputs.astype(dtype.as_numpy_dtype)
        with tf.Graph().as_default():
            inp = tf.placeholder(dtype, inputs.shape)
            layer = case['layer'] if self.kind != 'tt' else 'tt'
            options = {} if has_biases else {'biases_initializer': None}
            with tf.variable_scope('net'):
                out = getattr(layers, layer)(inp, scope='layer', **dict(
                    options, **described['arguments']))
            variables = {}
            for variable in tf.global_variables():
                name = variable.op.name
                variables[name + end if name + end in self.new.shapes else name] = variable
            saver = saver_class(variables)
            with tf.Session() as session:
                saver.restore(session, self.output)
                values = session.run(variables)
                result = session.run(out, {inp: inputs})
        who = saver_class.__module__.split('.')[0] + end
        for name, value in values.items():
            self._check(f'{who} {name}', np.array_equal(value, self.new.read(name)),
                        'another value was restored')
        if case['scale'] != 1:
            return
        numbers = {variable.op.name.rpartition('/')[2]: values[name].astype(np.float64)
                   for name, variable in variables.items()}
        geometry = {} if self.kind == 'tt' else {'padding': 'SAME'}
        layer_case = dict(self.new_case, arguments=dict(described['arguments'], **geometry))
        expected, magnitudes, terms = [
            reference(layer_case, change(inputs.astype(np.float64)),
                      {name: change(value) for name, value in numbers.items()}, np.ones)[0]
            for change in (lambda value: value, np.abs, np.ones_like)]
        ratio = excess(self.dtype, result, expected, magnitudes, terms, 7)
        self._check('output ' + who, ratio <= 1, f'{ratio:.3g} times the allowed error')

    def _names(self, checkpoint, end):
        """Full names of filters and cores, or of their averages where they have some."""
        names = [name for name in checkpoint.shapes if name.startswith(SCOPE + '/')
                 and name.count('/') == 2 and not name.endswith('/biases')]
        return [name + end if name + end in checkpoint.shapes else name for name in names]

    def _dense(self, checkpoint, layer_case, end):
        """Live dense weights of a checkpoint, in units of the scale."""
        values = {name[len(SCOPE) + 1:].partition('/')[0]: np.asarray(
            checkpoint.read(name)).astype(np.float64) for name in self._names(checkpoint, end)}
        if layer_case is None:
            return next(iter(values.values())) / self.case['scale']
        # Their product may be beyond float64 on the way.
        exponents = {name: int(np.frexp(np.abs(value).max())[1]) for name, value in values.items()}
        dense = dense_weights(layer_case, {name: np.ldexp(value, -exponents[name])
                                           for name, value in values.items()})
        mantissa, exponent = np.frexp(self.case['scale'])
        dense = np.ldexp(dense / mantissa, sum(exponents.values()) - int(exponent))
        return dense[..., :self.case['inp'], :self.case['out']]


def _weights(case, random):
    """Variables of the layer before its conversion: a dict from names to float64 arrays."""
    layer_case = _old_case(case)
    if layer_case is None:
        shape = [case['inp'], case['out']]
        name = 'weights' if case['layer'] == 'tt' else 'filters'
        dense = random.uniform(-1, 1, shape if name == 'weights' else case['window'] + shape)
        return {name: dense / np.abs(dense).max() * case['scale']}
    modes, kind = layer_case['arguments'], layer_case['layer']
    ranks = _listed(case, case['ranks'])
    if kind == 'tt_conv_direct':
        sizes = case['window'] + [case['inp'], case['out']]
        shapes = [(left, size * right) for left, size, right in zip(ranks, sizes, ranks[1:])]
    else:
        inp_modes, out_modes = [modes.get(side + '_modes', modes.get(side + '_ch_modes'))
                                for side in ('inp', 'out')]
        shapes = [(o * right, left * i) for i, o, left, right
                  in zip(inp_modes, out_modes, ranks, ranks[1:])]
    values = {f'{CORES[kind]}_{k}': random.normal(size=shape) for k, shape in enumerate(shapes, 1)}
    if kind == 'tt_conv':
        values['filters'] = random.normal(size=case['window'] + [1, ranks[0]])
    # The layers keep filters and cores of one number as a constant one.
    constant = [name for name, value in values.items() if _is_constant(kind, name, value)]
    values.update((name, np.ones_like(values[name])) for name in constant)
    largest = np.abs(dense_weights(layer_case, values)).max()
    factor = np.exp((np.log(case['scale']) - np.log(largest)) / (len(values) - len(constant)))
    return {name: value if name in constant else value * factor for name, value in values.items()}


def _is_constant(kind, name, value):
    return value.size == 1 and (kind == 'tt_conv_direct' or name == 'filters')


def _stored_values(case, weights, random):
    """Everything that the checkpoint holds: a dict from names to arrays and their types."""
    stored = {'other': (np.arange(3.), 'float32')}
    for name, value in weights.items():
        full = f'{SCOPE}/{name}'
        is_last = name == max(weights)
        stored[full] = value, case['last_dtype' if is_last else 'dtype']
        if case['average_dtype'] and (case['action'] == 'convert' or not _is_constant(
                case['layer'], name, value)):
            stored[full + AVERAGE] = value * random.uniform(0.8, 1., value.shape), \
                case['average_dtype']
    if case['biases_dtype']:
        stored[SCOPE + '/biases'] = random.normal(size=case['out']), case['biases_dtype']
    return stored


def _save(prefix, stored):
    with tf.Graph().as_default(), tf.Session() as session:
        tensors = [tf.cast(tf.constant(value), tf.as_dtype(dtype))
                   for value, dtype in stored.values()]
        session.run(tf.raw_ops.SaveV2(prefix=prefix, tensor_names=list(stored),
                                      shape_and_slices=[''] * len(stored), tensors=tensors))


def _old_case(case):
    """The TT layer that is changed, as `dense_weights` takes it; None where it is dense."""
    if case['action'] == 'convert':
        return None
    if case['layer'] == 'tt_conv_direct':
        return {'layer': 'tt_conv_direct', 'arguments': {}}
    modes = case['old_modes'] or [case['inp_modes'], case['out_modes']]
    if case['layer'] == 'tt':
        return {'layer': 'tt', 'arguments': dict(zip(('inp_modes', 'out_modes'), modes))}
    return {'layer': 'tt_conv', 'arguments': dict(zip(('inp_ch_modes', 'out_ch_modes'), modes))}


def _request(case):
    action = case['action']
    layer_format = {'tt': 'tt', 'tt_conv_direct': 'tt_conv_direct'}.get(case['layer'], 'tt_conv')
    target = dict(case['target'])
    if isinstance(target.get('ranks'), list):
        target['ranks'] = _listed(case, target['ranks'])
    if 'eps' in target and action == 'convert' and target['eps'] < 0.1:
        # With a limit of the ranks, if only in name, a layer may grow.
        target['max_rank'] = 999
    modes = [case['inp_modes'], case['out_modes']]
    if action == 'convert':
        return Request(SCOPE, layer_format, *modes, pad=True, target=target)
    sizes = {'inp_size': case['inp'], 'out_size': case['out']}
    if action == 'modes':
        return Request(SCOPE, None, *case['old_modes'], pad=True, target=target,
                       new_inp_modes=modes[0], new_out_modes=modes[1], **sizes)
    return Request(SCOPE, None, *modes, target=target, noise=case['noise'], **sizes)


def _listed(case, ranks):
    """Ranks of the bonds as the layer takes them, with ones at the ends."""
    first = [] if case['layer'] in ('tt_conv', 'tt_conv_full') else [1]
    return first + list(ranks) + [1]
