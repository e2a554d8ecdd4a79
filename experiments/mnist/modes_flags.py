"""The flags of the MNIST experiments that choose the modes of the TT-layer."""
from absl import flags

from experiments.common.integer_list_flag import define_integer_list

MODES_FLAGS = ['inp_modes', 'out_modes']

_FEATURES = 1024


def define_modes_flags():
    """Defines the `MODES_FLAGS`: as many input as output modes, each multiplying to 1024."""
    define_integer_list('inp_modes', '4,8,8,4', 'input modes of the TT-layer')
    define_integer_list('out_modes', '4,8,8,4', 'output modes of the TT-layer')
    for name in MODES_FLAGS:
        flags.register_validator(name, lambda modes: _product(modes) == _FEATURES,
                                 message=f'expected modes that multiply to {_FEATURES}')
    flags.register_multi_flags_validator(
        ['out_modes', 'inp_modes'],
        lambda values: len(values['out_modes']) == len(values['inp_modes']),
        message='expected --out_modes with as many modes as --inp_modes')


def _product(values):
    product = 1
    for value in values:
        product *= value
    return product
