"""Messages of wrong arguments of all functions that make plans, which begin with their names."""

import unittest

from parameterized import parameterized

from tensornet import contraction


class ScopeTest(unittest.TestCase):

    @parameterized.expand([
        (function.__name__, function) for function in (
            contraction.plan, contraction.chain_plan, contraction.row_plan,
            contraction.inference_plan, contraction.inference_row_plan,
            contraction.measured_plan)])
    def test_messages_begin_with_the_function(self, name, function):
        for arguments, argument in ((([2, 0], [2, 2], 1), r'modes\[1\]'),
                                    (([2, 3], [2, 2], 0), 'ranks'),
                                    (([2, 3], [2, 2], [2, 2, 1]), 'ranks'),
                                    (([2, 3], [2, 2], 1, 0), 'batch_size'),
                                    (([2**40] * 2, [2**40] * 2, 1), 'modes')):
            with self.assertRaisesRegex(ValueError, f'^{name}: `.*{argument}`'):
                function(*arguments)
        for arguments, argument in ((({2, 3}, [2, 2], 1), 'modes'),
                                    (([2, 3], [2, 2], {1, 2, 3}), 'ranks'),
                                    (([2, 3], [2, 2], 1, None), 'batch_size')):
            with self.assertRaisesRegex(TypeError, f'^{name}: `.*{argument}` must be a'):
                function(*arguments)
        with self.assertRaisesRegex(ValueError, f"^{name}: `dtype` must be one of 'float16', .*"
                                                "it is 'int8'; pass"):
            function([2, 3], [2, 2], 1, dtype='int8')

    @parameterized.expand([
        (function.__name__, function) for function in (
            contraction.conv_plan, contraction.inference_conv_plan,
            contraction.measured_conv_plan)])
    def test_messages_of_convolutions(self, name, function):
        shape = contraction.ConvShape(contraction.TTMatrixShape([2, 2], [2, 2], 2), (2, 2), (1, 1),
                                      'SAME', (4, 4))
        setting = contraction.Setting(3, False, 'float32', None)
        for changed, argument in ((dict(window=(2, 0)), r'shape.window\[1\]'),
                                  (dict(matrix=shape.matrix._replace(inp_modes=[2])),
                                   'shape.matrix.inp_modes` and `shape.matrix.out_modes'),
                                  (dict(image=[2**40] * 2), 'batch_size'),
                                  (dict(window=[2**32] * 2), 'window')):
            with self.assertRaisesRegex(ValueError, f'^{name}: `{argument}`'):
                function(shape._replace(**changed), setting)
        with self.assertRaisesRegex(ValueError, f'^{name}: `setting.dtype` must be one of'):
            function(shape, setting._replace(dtype='int8'))
        with self.assertRaisesRegex(TypeError, f'^{name}: `setting` must be a `Setting`'):
            function(shape, None)


if __name__ == '__main__':
    unittest.main()
