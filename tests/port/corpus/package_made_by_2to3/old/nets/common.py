from time import clock

from tensorflow.contrib import slim
