"""Tests of the library and of the experiments; one module for each module they test."""

import logging
import os

# Before TensorFlow is imported: its notes on the machine and on deprecations hide the results.
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '2')
# Before NumPy is imported: several processes run at once, and the threads of its products would
# spin while another process needs the core.
os.environ.setdefault('OPENBLAS_NUM_THREADS', '1')
logging.getLogger('tensorflow').setLevel(logging.ERROR)
