"""Saving and restoring the variables of a run."""
from experiments.common.run_folder import WrongLogDirError, checkpoint_steps, prefix_of
from tensornet import checkpoints


class RunSaver(checkpoints.Saver):
    """The saver of a run's checkpoints: the last five, found wherever the folder is moved to.

    Args:
        run: a `Run`.
        interrupts: an `Interrupts`, which does not cut a save short.
    """

    def __init__(self, run, interrupts):
        super().__init__(strict=True, save_relative_paths=True)
        self._log_dir = run.log_dir
        self._interrupts = interrupts
        if run.start.prefix is not None:
            # The times only matter to what is to be kept for hours. `recover_last_checkpoints`
            # would look at the files, also at those that cannot be read.
            self.set_last_checkpoints_with_time([
                (prefix_of(run.log_dir, step), 0.0) for step in checkpoint_steps(run.log_dir)
                if step <= run.start.step])

    def save(self, *arguments, **options):
        """As `tf.train.Saver.save`, as a whole."""
        with self._interrupts.held():
            return super().save(*arguments, **options)

    def restore(self, sess, save_path):
        """As `tensornet.checkpoints.Saver.restore`.

        Raises:
            WrongLogDirError: the checkpoint is not one of this graph.
        """
        try:
            return super().restore(sess, save_path)
        except checkpoints.CheckpointError as error:
            # Names of variables stand in lines of their own.
            reason = ' '.join(str(error).split())
            raise WrongLogDirError(
                f'--log_dir={self._log_dir}: {reason}. Is it of another version of this script? '
                'Pass --restart to start over, or another --log_dir') from error

