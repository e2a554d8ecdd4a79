"""Conversions of a layer in a checkpoint, drawn at random.

A case is a dictionary of plain numbers and names, so that it can be printed and run again.
"""

import numpy as np

DTYPES = ('float16', 'bfloat16', 'float32', 'float64')
LAYERS = ('tt', 'tt_conv', 'tt_conv_full', 'tt_conv_direct')
ACTIONS = ('convert', 'round', 'grow', 'modes')
# Sizes of the largest weight: near the ends of each type, and ordinary ones.
SCALES = {'float16': (1., 0.01, 1e-3, 100., 6e4), 'bfloat16': (1., 1e-30, 1e37),
          'float32': (1., 1e-30, 1e37), 'float64': (1., 1e-290, 1e300)}


def draw(random, layer=None, dtype=None, action=None):
    """Draws a case.

    Args:
        random: `numpy.random.RandomState`.
        layer, dtype, action: one of `LAYERS`, `DTYPES` and `ACTIONS`; None draws these as well.

    Returns:
        Dictionary: `layer`; `action`; `dtype` of the weights, and `last_dtype` of one core of a TT
        layer; `average_dtype` and `biases_dtype`, each None where there are none; `scale`;
        `window`; `inp_modes`, `out_modes` of the TT layer, which for `action` 'modes' are the new
        ones, and `old_modes` of the layer to change; `inp`, `out`, the sizes; `ranks` of a TT layer
        that is changed; `target`; `noise`; `seed`.
    """
    dtype = dtype or _pick(random, DTYPES)
    case = {'layer': layer or _pick(random, LAYERS), 'action': action or _pick(random, ACTIONS),
            'dtype': dtype, 'scale': _pick(random, SCALES[dtype] + (1.,)),
            'biases_dtype': _pick(random, (None, dtype) + DTYPES),
            'average_dtype': _pick(random, (None, dtype, 'float64')),
            'window': [int(random.randint(1, 4)) for _ in 'yx'], 'noise': 0.,
            'seed': int(random.randint(2**31))}
    case['last_dtype'] = dtype
    if case['action'] != 'convert' and not random.randint(5):
        case['last_dtype'] = 'float32' if dtype in ('float16', 'bfloat16') else 'float64'
    if case['layer'] == 'tt_conv_direct':
        if case['action'] == 'modes':
            case['action'] = 'round'
        inp, out = int(random.randint(1, 9)), int(random.randint(2, 9))
        case.update(inp=inp, out=out, inp_modes=None, out_modes=None, old_modes=None)
        bonds = 3
    else:
        inp_modes, out_modes = _modes(random)
        inp, out = [int(random.randint(np.prod(modes) // 2 + 1, np.prod(modes) + 1))
                    if random.randint(2) else int(np.prod(modes))
                    for modes in (inp_modes, out_modes)]
        case.update(inp=inp, out=out, inp_modes=inp_modes, out_modes=out_modes, old_modes=None)
        if case['action'] == 'modes':
            case['old_modes'] = [_modes_for(random, size) for size in (inp, out)]
            length = max(map(len, case['old_modes']))
            case['old_modes'] = [modes + [1] * (length - len(modes))
                                 for modes in case['old_modes']]
        bonds = len((case['old_modes'] or [inp_modes])[0]) - (case['layer'] == 'tt')
    case['ranks'] = [int(_pick(random, (1, 2, 3, 5))) for _ in range(bonds)]
    if case['action'] == 'grow':
        case['noise'] = _pick(random, (0., 0.2))
        case['target'] = {'ranks': [rank + int(random.randint(0, 4)) for rank in case['ranks']]}
        if case['target']['ranks'] == case['ranks']:
            case['noise'] = 0.  # It is refused where no rank becomes higher.
    else:
        case['target'] = _pick(random, (
            {'eps': 0.}, {'eps': 0.3}, {'eps': 0.01}, {'max_rank': 2}, {'ranks': 3},
            {'compression': 1.2}, {'parameters': 100}))
    return case


def _modes(random):
    d = int(random.randint(1, 4))
    while True:
        modes = [[int(_pick(random, (1, 2, 3, 4, 5))) for _ in range(d)] for _ in 'io']
        if 2 < max(map(np.prod, modes)) <= 48:
            return modes


def _modes_for(random, size):
    """Modes that multiply to a size, or to somewhat more."""
    first = int(random.randint(1, 5))
    return [first, -(-size // first)]


def _pick(random, choices):
    return choices[random.randint(len(choices))]
