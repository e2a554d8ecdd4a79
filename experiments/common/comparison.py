"""Networks trained by one recipe, one after the other, and compared: their results and step times.

Nothing here imports TensorFlow before it is used.
"""
import contextlib
import functools
import os

from absl import flags

from benchmarks.interleaved import interleaved_times, summary, timings_of
from experiments.common.command_line import say
from experiments.common.errors import DivergenceError
from experiments.common.interrupts import RunInterruptedError
from experiments.common.report_files import write_report
from experiments.common.run_lock import locked
from experiments.common.training_flags import run_options_of_flags
from tensornet.wording import counted

TIMING_FLAGS = ['step_repetitions']
STEM = 'comparison'

_WARM_UP = 3


def define_timing_flags():
    """Defines the `TIMING_FLAGS`."""
    flags.DEFINE_integer('step_repetitions', 15, 'timings of the training steps of each network, '
                         'after the trainings; 0 times nothing', lower_bound=0)


def compare(networks, data, recipe, comparison):
    """Trains networks and times their steps as the flags say, and writes the report.

    Args:
        networks: list of triples of a name, a folder below `--log_dir` and the recipe's `Options`,
            the dense network first.
        data: what the recipe trains on.
        recipe: a module with `train_network` and `build_graph`.
        comparison: a module with `table(results, times)`, which returns text, and `draw(results)`,
            which returns a figure.

    Raises:
        WrongLogDirError, RunInterruptedError, DivergenceError: see `train_in_turn`.
    """
    run_options = run_options_of_flags()
    with locked(run_options.log_dir):
        results = train_in_turn(
            [(name, functools.partial(recipe.train_network, data, options,
                                      run_options.within(folder)))
             for name, folder, options in networks], run_options.restart)
        all_options = [options for _, _, options in networks]
        times = _times_of(all_options, functools.partial(recipe.build_graph, data))
        text = comparison.table(results, times)
        closing = write_report(run_options.log_dir, STEM, text,
                               {'networks': results, 'times': times}, comparison.draw(results))
    say(text)
    say(closing)


def train_in_turn(trainings, restart=False, report=say):
    """Runs trainings in turn.

    Args:
        trainings: list of pairs: what is trained, for messages, and a function without arguments
            that trains it, or returns the results at once where that is done.
        restart: whether the trainings are started over, for messages.
        report: called with lines of text.

    Returns:
        List of what the functions returned.

    Raises:
        RunInterruptedError: the message says which training was interrupted and how many are
            complete.
        DivergenceError: the message says the same.
    """
    results, which = [], None
    try:
        for which, train in trainings:
            report(f'network {len(results) + 1} of {len(trainings)}: {which}')
            results.append(train())
    except DivergenceError as diverged:
        raise DivergenceError(f'{which}: {diverged}. {_complete(results, trainings)}') from diverged
    except RunInterruptedError as interrupted:
        raise RunInterruptedError(
            f'{which}: {interrupted}. {_kept(results, trainings, restart)}',
            interrupted.status - 128) from interrupted
    except KeyboardInterrupt as interrupt:
        raise RunInterruptedError(
            f'{which}: interrupted outside of its training steps. '
            f'{_kept(results, trainings, restart)}') from interrupt
    return results


def time_steps(networks, repetitions):
    """Times training steps of networks, which take turns in this process.

    Each network trains from its initial values, in a session of its own; no file is written.

    Args:
        networks: list of triples of a graph, the `training.Task` in it, and the `tf.ConfigProto` of
            its session.
        repetitions: how often the steps of each are timed, after a warm-up.

    Returns:
        Dict of JSON values: `steps`, for each network a dict of `median_ms` and `quartiles_ms`,
        `repetitions` and `cores`.
    """
    with contextlib.ExitStack() as stack:
        steps = {position: _step(stack, *network) for position, network in enumerate(networks)}
        seconds = interleaved_times(steps, repetitions, _WARM_UP)
    return {'steps': [summary(seconds[position]) for position in steps],
            'repetitions': repetitions, 'cores': os.cpu_count()}


def time_cells(times, position):
    """Cells of a table: the milliseconds of a network's step, and their ratio to the first one's.

    Args:
        times: what `time_steps` returned, or None where nothing was timed.
        position: of the network.
    """
    if times is None:
        return ['', '']
    steps = times['steps']
    low, high = steps[position]['quartiles_ms']
    median = steps[position]['median_ms']
    return [f'{median:.1f} ({low:.1f}-{high:.1f})', f'{median / steps[0]["median_ms"]:.2f}']


def time_legend(times):
    """A sentence that says how the times of a table were taken, with a space before; or ''."""
    if times is None:
        return ''
    return (f' ms a step: {timings_of(times["repetitions"], "steps")}, quartiles in brackets, the '
            f'networks taking turns in one process on '
            f'{counted(times["cores"], "core", "cores")}; ratio: to the dense one.')


def _times_of(all_options, build_graph):
    """What `time_steps` returns as `--step_repetitions` says; None where nothing is timed."""
    from experiments.common.computation import session_config

    repetitions = flags.FLAGS.step_repetitions
    if not repetitions:
        return None
    say(f'timing training steps of {len(all_options)} networks')
    return time_steps([(*build_graph(options), session_config(options.precision))
                       for options in all_options], repetitions)


def _step(stack, graph, task, config):
    """Returns the function that makes one step."""
    import tensorflow.compat.v1 as tf

    with graph.as_default():
        session = stack.enter_context(tf.Session(config=config))
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
    return functools.partial(session.run, [task.train_op, task.loss])


def _kept(results, trainings, restart):
    complete = _complete(results, trainings)
    if restart:
        # The same command would throw them away.
        return f'{complete}; the command without --restart keeps them and goes on from here'
    return f'{complete}; the same command keeps them and goes on from here'


def _complete(results, trainings):
    return f'{len(results)} of {len(trainings)} networks are complete'
