"""Operations counted from the graph that a layer built, without the library's help."""

import numpy as np


def graph_flops(out):
    """Returns the floating-point operations of all products, convolutions, sums and biases that a
    tensor is computed by.

    Shapes must be known. A multiply-add counts two.
    """
    seen, pending = set(), [out.op]
    while pending:
        op = pending.pop()
        if op not in seen:
            seen.add(op)
            pending += [tensor.op for tensor in op.inputs]
    return sum(op_flops(op) for op in seen)


def op_flops(op):
    if op.type not in _COUNTS or not op.outputs[0].dtype.is_floating:
        return 0
    return _COUNTS[op.type](op)


def _size(tensor):
    return int(np.prod(tensor.shape.as_list()))


def _product(op):
    transposed = op.get_attr('transpose_a' if op.type == 'MatMul' else 'adj_x')
    return 2 * _size(op.outputs[0]) * op.inputs[0].shape.as_list()[-2 if transposed else -1]


def _convolution(op):
    return 2 * _size(op.outputs[0]) * int(np.prod(op.inputs[1].shape.as_list()[:3]))


def _depthwise(op):
    return 2 * _size(op.outputs[0]) * int(np.prod(op.inputs[1].shape.as_list()[:2]))


_COUNTS = {
    'MatMul': _product, 'BatchMatMul': _product, 'BatchMatMulV2': _product,
    'BatchMatMulV3': _product, 'Conv2D': _convolution, 'DepthwiseConv2dNative': _depthwise,
    'Sum': lambda op: _size(op.inputs[0]), 'Mul': lambda op: _size(op.outputs[0]),
    'BiasAdd': lambda op: _size(op.outputs[0])}
