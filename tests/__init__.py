"""Tests of the library and of the experiments; one module for each module they test."""

import logging
import os

# Before TensorFlow is imported: its notes on the machine and on deprecations hide the results.
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '2')
logging.getLogger('tensorflow').setLevel(logging.ERROR)
