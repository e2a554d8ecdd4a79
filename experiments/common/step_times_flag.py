"""The flag of scripts that time the training steps of networks side by side."""
from absl import flags


def define_step_times_flag():
    """Defines `--step_repetitions`."""
    flags.DEFINE_integer('step_repetitions', 15, 'timings of the training steps of each network, '
                         'after the trainings; 0 times nothing', lower_bound=0)


def times_of(all_options, build, report):
    """Times the training steps of networks as the flag says.

    Args:
        all_options: list of the options of a recipe.
        build: function of options that returns a graph and its `training.Task`.
        report: called with a line of text.

    Returns:
        See `step_times.time_steps`; None where nothing is timed.
    """
    from experiments.common.computation import session_config
    from experiments.common.step_times import time_steps

    repetitions = flags.FLAGS.step_repetitions
    if not repetitions:
        return None
    report(f'timing training steps of {len(all_options)} networks')
    return time_steps([(*build(options), session_config(options.precision))
                       for options in all_options], repetitions)
