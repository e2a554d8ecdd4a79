import numpy as np
import tensorflow as tf
import tensornet as tn
from tensornet.layers import tt as tt_layer
from time import clock
