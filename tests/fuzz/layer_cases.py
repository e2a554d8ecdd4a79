"""Valid calls of the layers, drawn at random.

A case is a dictionary of plain numbers and names, so that it can be printed and run again.
"""

import numpy as np

from tests.contraction.enumeration import groups_and_orders

DTYPES = ('float16', 'bfloat16', 'float32', 'float64')
LAYERS = ('tt', 'tt_conv', 'tt_conv_full', 'tt_conv_direct', 'tt_conv1d_full', 'conv', 'linear')
SURROUNDINGS = ('none', 'none', 'none', 'while_loop', 'cond')
MOST_FEATURES = 48


def draw(random, layer=None, dtype=None):
    """Draws a case.

    Args:
        random: `numpy.random.RandomState`.
        layer, dtype: one of `LAYERS` and `DTYPES`; None draws these as well.

    Returns:
        Dictionary: `layer`; `arguments` of the layer; `inp_shape`; `known`, which of its axes are
        known to the graph; `dtype`; `biases`; `plan`, a name or groups and order, or None;
        `surroundings`; `control_flow`, the version; `seed`.
    """
    layer = layer or _pick(random, LAYERS + ('tt', 'tt_conv'))
    case = {'layer': layer, 'dtype': dtype or _pick(random, DTYPES),
            'biases': bool(random.randint(2)), 'surroundings': _pick(random, SURROUNDINGS),
            'control_flow': _pick(random, ('v1', 'v2')), 'seed': int(random.randint(2 ** 31)),
            'plan': None}
    batch = int(_pick(random, (0, 1, 1, 2, 3, 7, 60)))
    if layer == 'linear':
        case['arguments'] = {'out_size': int(random.randint(1, 12))}
        case['inp_shape'] = [batch, int(random.randint(1, 20))]
    elif layer == 'tt':
        inp_modes, out_modes, ranks = _tt_matrix(random)
        sizes = _sizes(random, 'size', inp_modes, out_modes)
        case['arguments'] = dict(sizes, inp_modes=inp_modes, out_modes=out_modes,
                                 mat_ranks=_ranks(random, [1] + ranks[1:]),
                                 recompute=bool(random.randint(2)))
        case['inp_shape'] = [batch, sizes.get('inp_size', int(np.prod(inp_modes)))]
        groups = list(groups_and_orders(len(inp_modes)))
        case['plan'] = _pick(random, ['auto', 'chain', 'full'] + [groups[random.randint(
            len(groups))] for _ in range(3)])
    else:
        _add_convolution(random, case, batch)
    case['known'] = [bool(random.randint(2)) for _ in case['inp_shape']]
    case['known'][channels_axis(case)] = True
    for axis in small_axes(case):
        case['known'][axis] = False
    return case


def channels_axis(case):
    """Returns the axis of the features or channels of the input."""
    return 1 if case['arguments'].get('data_format', 'NHWC')[1] == 'C' else -1


def small_axes(case):
    """Returns the axes along which the images lack a pixel, which the layers refuse if they know.
    """
    arguments = case['arguments']
    if arguments.get('padding') != 'VALID':
        return []
    window = arguments.get('window', arguments.get('window_size'))
    axes = [axis for axis in range(1, len(case['inp_shape']))
            if axis != channels_axis(case) % len(case['inp_shape'])]
    return [axis for axis, size, dilation in zip(axes, window[-len(axes):],
                                                 arguments['dilations'][-len(axes):])
            if case['inp_shape'][axis] <= (size - 1) * dilation]


def _add_convolution(random, case, batch):
    layer, arguments = case['layer'], {}
    window, image, strides, padding, dilations = _image(random, layer == 'tt_conv1d_full')
    channels, out_channels = (int(random.randint(1, 9)) for _ in 'io')
    if layer == 'conv':
        arguments.update(window_size=window, out_ch=out_channels)
    elif layer == 'tt_conv_direct':
        arguments.update(window=window, out_ch=out_channels,
                         ranks=_ranks(random, [1] + [_rank(random) for _ in range(3)] + [1]))
    else:
        inp_modes, out_modes, ranks = _tt_matrix(random)
        arguments.update(_sizes(random, 'ch', inp_modes, out_modes), window=window,
                         inp_ch_modes=inp_modes, out_ch_modes=out_modes,
                         ranks=_ranks(random, ranks))
        channels = arguments.get('inp_ch', int(np.prod(inp_modes)))
    data_format = _pick(random, ('NHWC', 'NCHW'))
    if layer == 'tt_conv1d_full':
        data_format = data_format.replace('H', '')
    arguments.update(strides=strides, padding=padding, dilations=dilations,
                     data_format=data_format)
    if layer != 'conv':
        methods = ['auto', 'chain', 'full']
        if strides[0] == strides[1]:
            methods += ['matrix_first', 'filters_first']
        case['plan'] = _pick(random, methods)
    case['arguments'] = arguments
    case['inp_shape'] = [batch] + image[layer == 'tt_conv1d_full':]
    case['inp_shape'].insert(1 if data_format[1] == 'C' else len(case['inp_shape']), channels)


def _image(random, flat):
    """Draws window, image, strides, padding and dilations; of a sequence the height is 1.

    An image may lack one pixel for a 'VALID' window; the output is then empty.
    """
    while True:
        window, strides = ([int(_pick(random, choices)) for _ in 'yx']
                           for choices in ((1, 1, 2, 3, 4, 5), (1, 1, 1, 2, 3, 4)))
        image = [int(_pick(random, (1, 2, 3, 5, 8))) for _ in 'yx']
        dilations = [int(_pick(random, (1, 1, 1, 2, 3))) for _ in 'yx']
        if flat:
            window[0] = strides[0] = image[0] = dilations[0] = 1
        if random.randint(2):
            strides[1] = strides[0]
        padding = _pick(random, ('SAME', 'VALID'))
        if padding == 'SAME' or all(size >= (part - 1) * dilation for size, part, dilation
                                    in zip(image, window, dilations)):
            return window, image, strides, padding, dilations


def _tt_matrix(random):
    """Draws modes and ranks, of which the first is free and the last 1."""
    while True:
        d = random.randint(1, 5)
        inp_modes, out_modes = ([int(_pick(random, (1, 1, 2, 3, 4, 5))) for _ in range(d)]
                                for _ in 'io')
        if max(np.prod(inp_modes), np.prod(out_modes)) <= MOST_FEATURES:
            return inp_modes, out_modes, [_rank(random) for _ in range(d)] + [1]


def _sizes(random, unit, inp_modes, out_modes):
    """Draws the arguments of a layer whose modes multiply to more features than it has."""
    return {f'{side}_{unit}': int(random.randint(1, np.prod(modes) + 1))
            for side, modes in (('inp', inp_modes), ('out', out_modes)) if random.randint(3) == 0}


def _ranks(random, ranks):
    """Returns the ranks, or draws one for all bonds."""
    return _rank(random) if random.randint(4) == 0 else ranks


def _rank(random):
    return int(_pick(random, (1, 1, 2, 3, 5)))


def _pick(random, choices):
    return choices[random.randint(len(choices))]
