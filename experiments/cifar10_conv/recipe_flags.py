"""The flags that say how a network is trained, beside those of every training.

Nothing here imports TensorFlow.
"""
from absl import flags

from experiments.common import computation_flags

SCHEDULES = ('paper', 'one_cycle')
INITIALIZERS = ('xavier', 'he')
ONE_CYCLE_FLAGS = ['warm_up', 'first_factor', 'last_factor']
RECIPE_FLAGS = ['schedule'] + ONE_CYCLE_FLAGS + ['momentum', 'initializer', 'weight_decay']

# How the runs of earlier versions, which do not say it, were trained and computed.
EARLIER = dict(computation_flags.EARLIER, warm_up=0.25, first_factor=0.04, last_factor=0.0,
               initializer='xavier', weight_decay=0.0)


def define_recipe_flags():
    """Defines the `RECIPE_FLAGS`."""
    flags.DEFINE_enum('schedule', 'paper', SCHEDULES, 'of the learning rate: paper divides it by '
                      'ten after 30, 60 and 90% of the epochs, or decays it as the network file\'s '
                      '`opts` say; one_cycle raises it linearly and lets it fall along a cosine')
    _define_share('warm_up', 'share of the run in which one_cycle raises the learning rate')
    _define_share('first_factor', 'where one_cycle begins, as a factor of --learning_rate')
    _define_share('last_factor', 'where one_cycle ends, as a factor of --learning_rate')
    flags.DEFINE_float('momentum', 0.9, 'momentum of the gradient descent', lower_bound=0,
                       upper_bound=1)
    flags.DEFINE_enum('initializer', EARLIER['initializer'], INITIALIZERS, 'of all weights: xavier '
                      'looks at each core by itself, as the paper\'s code did; he gives the matrix '
                      'or kernel that the cores make the variance of He')
    flags.DEFINE_float('weight_decay', EARLIER['weight_decay'], 'factor of half the sum of squares '
                       'of all weights, filters and cores in the loss', lower_bound=0)
    flags.register_multi_flags_validator(['schedule'] + ONE_CYCLE_FLAGS, _check_schedule)


def _define_share(name, help_text):
    flags.DEFINE_float(name, EARLIER[name], help_text, lower_bound=0, upper_bound=1)


def _check_schedule(values):
    given = [f'--{name}' for name in ONE_CYCLE_FLAGS if values[name] != EARLIER[name]]
    if given and values['schedule'] != 'one_cycle':
        raise flags.ValidationError(f'{", ".join(given)}: only with --schedule=one_cycle')
    return True
