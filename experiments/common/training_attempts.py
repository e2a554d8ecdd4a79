"""A training that goes on from its last checkpoint when the variables are lost."""
from experiments.common import training
from experiments.common.run_checkpoints import last_good


def train(build, run, last_step, steps_per_epoch, part, **options):
    """Trains as `training.train` does, again after each of the errors `part.lost`.

    Args:
        build: function of the step to begin with; returns a new graph and the `training.Task` in
            it, built within `part.network`.
        run, last_step, steps_per_epoch, part, options: see `training.train`.

    Returns:
        See `training.train`.
    """
    while True:
        graph, task = build(run.start.step)
        try:
            with graph.as_default():
                return training.train(task, run, last_step, steps_per_epoch, part=part, **options)
        except part.lost as error:
            part.regain(error)
            run = run._replace(start=last_good(run.record))
