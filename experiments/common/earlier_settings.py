"""Settings that the runs of earlier versions do not name, and what they were there.

Nothing here imports TensorFlow.
"""
from experiments.common.computation_flags import EARLIER

EARLIER_SETTINGS = dict(EARLIER, initializer='xavier', dropout=0.4, label_smoothing=0.05, shift=0)
