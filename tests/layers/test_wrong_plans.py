"""What is no plan for a layer or cell raises before anything is created, and says what to do."""

import re
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import contraction, rnn
from tests.layers.made import Made, constant
from tests.layers.planned import CONVOLUTION, MODES, NAMES, PLANNED, SETTING

CLASSES = {'plan': 'Plan', 'conv_plan': 'ConvPlan', 'row_plan': 'RowPlan'}
ALL_NAMES = {name for planned in PLANNED.values() for name in planned.names}

# A kind of mistake, the value, and how the message shows it; a plan shows itself in a few words.
NO_PLANS = [
    ('other_name', 'fast', "'fast'"),
    ('no_name', '', "''"),
    ('capitals', 'AUTO', "'AUTO'"),
    ('of_a_window_of_one_pixel', 'pointwise', "'pointwise'"),
    ('bytes', b'auto', "b'auto'"),
    ('zero', 0, '0'),
    ('number', 3, '3'),
    ('bool', False, 'False'),
    ('list', ['auto'], "['auto']"),
    ('empty_list', [], '[]'),
    ('list_of_none', [None], '[?]'),
    ('tuple', ('auto',), "['auto']"),
    ('dictionary', {'plan': 'auto'}, "{'plan': 'auto'}"),
    ('array', np.array(['auto']), "['auto']"),
    ('tensor', constant('auto'), '<any>Const<any>'),
    ('function', contraction.plan, '<function plan at <any>>'),
    ('class', contraction.Plan, '<any>Plan<any>'),
    ('shape', contraction.TTMatrixShape.of(*MODES), 'TTMatrixShape(<any>'),
    ('setting', SETTING, 'Setting(<any>'),
    ('kernel_plan', contraction.conv_plan(CONVOLUTION, SETTING, 'full').kernel,
     'KernelPlan(<any>'),
    ('plan', PLANNED['tt'].plan, '<Plan of <any>>'),
    ('conv_plan', PLANNED['tt_conv'].plan, '<ConvPlan of <any>>'),
    ('row_plan', PLANNED['tt_embedding'].plan, '<RowPlan of <any>>'),
]

OTHER_MODES = [
    ('modes_the_other_way_round', (MODES[1], MODES[0], MODES[2])),
    ('modes_in_another_order', (MODES[0][::-1], MODES[1][::-1], MODES[2])),
    ('other_ranks', (MODES[0], MODES[1], [1, 2, 1])),
    ('one_core', ([12], [10], [1, 1])),
    ('more_cores', (MODES[0] + [1], MODES[1] + [1], [1, 3, 1, 1])),
]

# What is changed in the convolution that a plan is made for, and what the message calls it.
OTHER_CONVOLUTIONS = [
    ('window', dict(window=(4, 4)), 'the window (<any>), but it is one for (4, 4)'),
    ('strides', dict(strides=(3, 3)), 'the strides (<any>), but it is one for (3, 3)'),
    ('dilations', dict(dilations=(1, 2)), 'the dilations (1, 1), but it is one for (1, 2)'),
]


def _no_plans():
    for name, planned in PLANNED.items():
        listed = ', '.join(map(repr, _in_order(planned)))
        for kind, value, shown in NO_PLANS:
            if kind == planned.maker:
                continue
            is_name = isinstance(value, str)
            kind_of_value = '' if is_name else ' of type <any>'
            message = (f'`{planned.argument}` must be {listed} or a `{CLASSES[planned.maker]}`, '
                       f'but it is {shown}{kind_of_value}; pass one of the names<any>, or a plan '
                       f'that `tensornet.contraction.{planned.maker}` makes')
            yield name, kind, value, ValueError if is_name else TypeError, message
        for value in sorted(ALL_NAMES.difference(planned.names)):
            yield (name, 'name_' + value, value, ValueError,
                   f'`{planned.argument}` must be {listed} or a `{CLASSES[planned.maker]}`, but it '
                   f'is {value!r}; pass one of the names<any>')


def _in_order(planned):
    """The names of plans in the order in which messages have them."""
    if planned.maker == 'conv_plan':
        methods = [name for name in ('chain', 'full', 'matrix_first', 'filters_first')
                   if name in planned.names]
        return ['auto', 'measure', 'inference'] + methods
    return planned.names


def _other_plans():
    for name, planned in PLANNED.items():
        if planned.maker == 'conv_plan':
            shape = planned.plan.shape
            other = shape.matrix._replace(ranks=shape.matrix.ranks[:1] + (1, 1))
            padding = 'VALID' if shape.padding == 'SAME' else 'SAME'
            changes = OTHER_CONVOLUTIONS + [
                ('padding', dict(padding=padding),
                 f'the padding {shape.padding}, but it is one for {padding}'),
                ('ranks', dict(matrix=other), f'{shape.matrix}, but it is one for {other}'),
                ('modes', dict(matrix=other._replace(inp_modes=other.out_modes)),
                 f'{shape.matrix}, but it is one for modes <any>')]
            for kind, changed, message in changes:
                yield (name, 'other_' + kind, contraction.conv_plan(
                    shape._replace(**changed), SETTING),
                    f'`plan` must be one for this convolution, with {message}; make it with '
                    '`tensornet.contraction.conv_plan` for the same convolution')
        else:
            make = getattr(contraction, planned.maker)
            for kind, modes in OTHER_MODES:
                yield (name, kind, make(*modes, SETTING.batch_size),
                       f'`{planned.argument}` must be one for modes <any> and ranks <any>, but it '
                       f'is one for modes <any> and ranks {modes[2]}; make it with '
                       f'`tensornet.contraction.{planned.maker}` from the same modes and ranks')


def _pattern(message):
    parts = '.*'.join(re.escape(part) for part in message.split('<any>'))
    return f'^here: {parts}$'


class WrongPlansTest(unittest.TestCase):

    def _check(self, name, plan, exception, message):
        planned = PLANNED[name]
        with tf.Graph().as_default() as graph:
            inputs = planned.inputs(SETTING.batch_size)
            plan = plan.function() if isinstance(plan, Made) else plan
            before = graph.get_operations()
            with self.assertRaises(exception) as caught:
                planned.build(inputs, scope='here', **{planned.argument: plan})
            self.assertIs(exception, type(caught.exception))
            self.assertRegex(str(caught.exception).replace('\n', ' '), _pattern(message))
            self.assertEqual(before, graph.get_operations())
            self.assertEqual([], tf.global_variables())

    @parameterized.expand([(f'{name}_{kind}', name, *row) for name, kind, *row in _no_plans()])
    def test_no_plan(self, _, name, value, exception, message):
        self._check(name, value, exception, message)

    @parameterized.expand([(f'{name}_{kind}', name, *row) for name, kind, *row in _other_plans()])
    def test_a_plan_for_another_layer(self, _, name, plan, message):
        self._check(name, plan, ValueError, message)

    @parameterized.expand([('inputs', 'plan'), ('state', 'state_plan')])
    def test_a_dense_matrix_takes_no_plan_that_was_made(self, kind, argument):
        ranks = dict(state_ranks=3) if kind == 'inputs' else dict(
            inp_modes=[4, 2], inp_ranks=3)
        for plan, exception, message in (
                (PLANNED['lstm_' + kind].plan, ValueError, 'a name or None for a dense matrix, but '
                 'it is <Plan of <any>>; leave it out, or pass ranks'),
                (PLANNED['tt_conv'].plan, TypeError, "'auto', 'chain', 'full', 'measure' or "
                 "'inference', but it is <ConvPlan of <any>> of type ConvPlan; pass one of these, "
                 'or leave it out'),
                ('fast', ValueError, "'auto', <any> or 'inference', but it is 'fast'; pass one of "
                 'these, or leave it out')):
            for cell in (rnn.TTLSTMCell, rnn.TTGRUCell):
                with self.assertRaisesRegex(
                        exception, _pattern(f'`{argument}` must be {message}')):
                    cell([2, 3], scope='here', **dict(ranks, **{argument: plan}))

    def test_two_matrices_of_the_state_take_no_plan_that_was_made(self):
        for out_modes in ([4, 3], [2, 3], [6, 3]):
            plan = contraction.plan([2, 3], out_modes, 3)
            with self.assertRaisesRegex(ValueError, _pattern(
                    '`state_plan` must be a name or None without `reset_after`, since the state '
                    'then meets two matrices, but it is <Plan of <any>>; pass a name such as '
                    "'auto', or reset_after=True")):
                rnn.TTGRUCell([2, 3], state_ranks=3, state_plan=plan, scope='here')

    @parameterized.expand([(name, plan) for name, planned in PLANNED.items()
                           for plan in (None,) + tuple(planned.names) + (planned.plan,)
                           if plan != 'measure'])
    def test_these_plans_are_no_mistakes(self, name, plan):
        planned = PLANNED[name]
        with tf.Graph().as_default():
            planned.build(planned.inputs(SETTING.batch_size), **{planned.argument: plan})
            self.assertTrue(tf.trainable_variables())

    @parameterized.expand([(name,) for name, planned in PLANNED.items()
                           if planned.maker == 'conv_plan'])
    def test_a_plan_may_be_made_of_lists(self, name):
        planned = PLANNED[name]
        shape = planned.plan.shape
        lists = shape._replace(**{field: list(getattr(shape, field)) for field in (
            'window', 'strides', 'image', 'dilations')})
        for method in (None,) + contraction.methods_for(shape.strides):
            with tf.Graph().as_default():
                plan = contraction.conv_plan(lists, SETTING, method)
                planned.build(planned.inputs(SETTING.batch_size), plan=plan)

    def test_every_name_is_tried(self):
        self.assertEqual(set(NAMES) | {'unique', 'matrix_first', 'filters_first'}, ALL_NAMES)


if __name__ == '__main__':
    unittest.main()
