"""Runs that stand at a step of another one, as if they had been interrupted there."""
import glob
import json
import os
import re
import shutil


def copy_before_end(source, log_dir):
    """Makes a run that stands at the last checkpoint of another run before its end.

    Args:
        source: folder of the other run, a complete one.
        log_dir: the folder to make.

    Returns:
        The step of the checkpoint, not that of the beginning.
    """
    steps = sorted(int(re.search(r'-(\d+)\.index$', path).group(1))
                   for path in glob.glob(os.path.join(source, 'model.ckpt-*.index')))
    assert len(steps) > 1 and steps[-2], f'{source} has checkpoints of the steps {steps} only'
    copy_at(source, steps[-2], log_dir)
    return steps[-2]


def copy_at(source, step, log_dir, **settings):
    """Makes a run of which the last checkpoint is that of a step of another run.

    Args:
        source: folder of the other run, which has the checkpoint of the step: of a training with
            `--checkpoint_seconds=0` the last five are there.
        step: the step.
        log_dir: the folder to make.
        settings: further settings of the run.
    """
    os.mkdir(log_dir)
    files = glob.glob(os.path.join(source, f'model.ckpt-{step}.*'))
    assert files, f'{source} has no checkpoint of step {step}'
    for path in files:
        shutil.copy(path, log_dir)
    with open(os.path.join(log_dir, 'checkpoint'), 'w') as file:
        file.write(f'model_checkpoint_path: "model.ckpt-{step}"\n')
    with open(os.path.join(source, 'run.json')) as file:
        record = json.load(file)
    record['settings'].update(settings)
    record.update(step=step, history=[entry for entry in record['history']
                                      if entry['step'] <= step])
    with open(os.path.join(log_dir, 'run.json'), 'w') as file:
        json.dump(record, file)
