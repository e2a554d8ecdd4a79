"""A worker that is not the chief."""
import json
import time

import tensorflow.compat.v1 as tf

from experiments.cluster.addresses import LostMachineError, Patience
from experiments.cluster.messages import Board, agreed
from experiments.cluster.part import ClusterPart
from experiments.cluster.server import LOST, network_device, session_config
from experiments.cluster.specification import WORKER, WrongClusterError
from experiments.cluster.steps import SynchronousSteps, pauses
from experiments.common.divergence import check_loss

_SECONDS_BETWEEN_LOOKS = 0.2


class _NewGenerationError(Exception):
    """The chief has begun anew from a checkpoint."""


class Worker(ClusterPart):
    """The part of a worker in a training."""
    is_chief = False
    updates_statistics = False

    def __init__(self, cluster, report):
        super().__init__(cluster, report)
        self._last_step = time.monotonic()

    def follow(self, build, settings, config):
        """Trains with the chief until the run is at its end.

        Args:
            build: function of the step to begin with; returns a new graph and the `training.Task`
                in it, built within `network`.
            settings: those of the run, which must be the chief's.
            config: a `tf.ConfigProto` for the sessions, or None.

        Raises:
            WrongClusterError: the settings differ from the chief's.
            LostMachineError: another process has been out of reach for too long.
            DivergenceError: the loss is not finite.
        """
        while True:
            try:
                last_step, step = self._join(settings, config)
                if step >= last_step:
                    break
                self._report(f'{self._cluster.name} joins at step {step} of {last_step}')
                graph, task = build(step)
                with graph.as_default():
                    self._work(task, step, last_step, config)
            except _NewGenerationError:
                self._report(f'{self._cluster.name}: the chief has begun anew')
            except LOST as error:
                self._bear(error)
        self._report(f'{self._cluster.name} ends, the run is at step {step}')

    def _join(self, settings, config):
        """Returns the last step of the run and the step to begin with."""
        self.wait_for_servers()
        with tf.Graph().as_default():
            with tf.device(network_device(self._cluster)):
                global_step = tf.train.get_or_create_global_step()
            board = Board()
            with self._session(config) as session:
                announcement = self._announcement(board, session)
                self._check(agreed(self._cluster, settings, self._data), announcement.settings)
                self._generation = announcement.generation
                step = int(session.run(global_step))
        if self._cluster.is_synchronous:
            step = self._after_own_contributions(config)
        return announcement.last_step, step

    def _announcement(self, board, session):
        chief = Patience(self._cluster, WORKER, 0)
        while True:
            announcement = board.read(session)
            if announcement is not None:
                return announcement
            chief.check()
            time.sleep(_SECONDS_BETWEEN_LOOKS)

    def _after_own_contributions(self, config):
        """Returns the first step to which this worker has not contributed, once it has come.

        It may have contributed to one before it was killed.
        """
        with tf.Graph().as_default():
            with tf.device(network_device(self._cluster)):
                global_step = tf.train.get_or_create_global_step()
            steps = SynchronousSteps(self._cluster, self._generation)
            self._board = Board()
            with self._session(config) as session:
                contributed = int(session.run(steps.contributions[self._cluster.index]))
                return self._wait(session, global_step, contributed)

    def _check(self, settings, announced):
        names = sorted(name for name in set(settings) | set(announced)
                       if settings.get(name) != announced.get(name))
        if names:
            differences = '; '.join(
                f'{name} is {json.dumps(settings.get(name))} here and '
                f'{json.dumps(announced.get(name))} there' for name in names)
            raise WrongClusterError(
                f'{self._cluster.name} was started with other settings than the chief: '
                f'{differences}. Pass the same flags to all processes, and the same data')

    def _work(self, task, step, last_step, config):
        """Makes steps until the run is at its end."""
        global_step = tf.train.get_global_step()
        with self._session(config) as session:
            session.run(tf.tables_initializer())
            while step < last_step:
                made, loss = session.run([task.train_op, task.loss])
                check_loss(loss, step + 1)
                step = int(made) if made is not None else self._wait(session, global_step, step + 1)
                self._last_step = time.monotonic()

    def _wait(self, session, global_step, step):
        """Waits until the run has made a number of steps; returns how many it has.

        Raises:
            _NewGenerationError: the chief has begun anew.
            LostMachineError: the chief has been out of reach for too long.
        """
        chief = Patience(self._cluster, WORKER, 0)
        for pause in pauses():
            made, generation = session.run([global_step, self._board.generation])
            if generation != self._generation:
                raise _NewGenerationError
            if made >= step:
                return int(made)
            chief.check()
            time.sleep(pause)

    def _session(self, config):
        return tf.Session(self.target, config=session_config(self._cluster, config))

    def _bear(self, error):
        """Lets some time pass after a session has failed, unless that has gone on for too long."""
        if time.monotonic() - self._last_step > max(self._cluster.wait_seconds, 10):
            raise LostMachineError(
                f'{self._cluster.name} could make no step for {self._cluster.wait_seconds:g} s: '
                f'{" ".join(str(error.message).split())[:300]}') from error
        time.sleep(_SECONDS_BETWEEN_LOOKS)
