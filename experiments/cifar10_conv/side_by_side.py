"""Compares runs of train.py: learning curves, accuracy, parameters and time.

Each run is compared with that of its dense counterpart where there is one, else with the first.
All must have the same epochs, batch size, schedule and data set; network, its options, learning
rate, the schedule's shape, initializer, weight decay, seed, plan and precision may differ. Runs
that are not finished are compared as far as they are. Prints a table and writes it as
side_by_side.md and side_by_side.json; the learning curves are side_by_side.png. Training steps are
timed in this process, the networks taking turns, each with the plan and the precision of its run.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))

from absl import flags

from experiments.cifar10_conv import run_comparison, run_network
from experiments.common.command_line import say
from experiments.common.flag_types import define_log_dir
from experiments.common.report_files import write_report
from experiments.common.script import run_script
from experiments.common.tensorflow_import import import_tensorflow

FLAGS = flags.FLAGS
FLAG_GROUPS = [('Runs', ['runs', 'net_modules']),
               ('Timing', ['step_repetitions']),
               ('Output', ['log_dir'])]


def main():
    """Reads the runs, times their networks and writes the report."""
    say(f'comparing the runs in {", ".join(FLAGS.runs)}; report in {FLAGS.log_dir}')
    runs = run_comparison.read_runs(FLAGS.runs)
    times = None
    if FLAGS.step_repetitions or any(run.parameters is None for run in runs):
        runs, times = _build_and_time(runs)
    # Not before: the drawing library takes a moment to load too.
    from experiments.cifar10_conv import side_by_side_report
    comparison = run_comparison.compare(runs, times)
    text = side_by_side_report.table(comparison)
    closing = write_report(FLAGS.log_dir, side_by_side_report.STEM, text, comparison,
                           side_by_side_report.draw(comparison))
    say(text)
    say(closing)


def _build_and_time(runs):
    """Returns the runs with their parameters counted, and their step times or None."""
    paths = run_network.paths_of(runs, FLAGS.net_modules)
    say('loading TensorFlow')
    import_tensorflow()
    networks = [run_network.load(run, path) for run, path in zip(runs, paths)]
    runs = [run._replace(parameters=run_network.checked_parameters(run, network))
            for run, network in zip(runs, networks)]
    if not FLAGS.step_repetitions:
        return runs, None
    from experiments.cifar10_conv import step_timing

    step_timing.check_precisions(runs)
    say(f'timing training steps of each network, {FLAGS.step_repetitions} times')
    return runs, step_timing.time_steps(runs, networks, FLAGS.step_repetitions)


def define_flags():
    """Defines this script's flags."""
    flags.DEFINE_list('runs', None, 'folders of the runs, the --log_dir of train.py; runs whose '
                      'dense network is not among them are compared with the first')
    flags.DEFINE_list('net_modules', [], 'network files of the runs, in the order of --runs: '
                      'paths, or names of files in experiments/cifar10_conv/nets (default: those '
                      'of their networks there)')
    flags.DEFINE_integer('step_repetitions', 15, 'timings of the training steps of each network, '
                         'each of as many as fill 0.1 s; 0 times none', lower_bound=0)
    define_log_dir('logs/cifar10_conv_side_by_side', 'folder for the report')
    flags.mark_flag_as_required('runs')
    flags.register_validator(
        'runs', lambda runs: runs is None or 1 < len(runs) == len(set(map(os.path.realpath, runs))),
        message='expected two or more different folders, separated by commas')
    flags.register_multi_flags_validator(
        ['runs', 'net_modules'],
        lambda values: not values['net_modules'] or (
            len(values['net_modules']) == len(values['runs'] or ())),
        message='expected as many --net_modules as --runs')


if __name__ == '__main__':
    run_script(main, define_flags, __doc__, FLAG_GROUPS)
