# coding: utf-8

# In[1]:

get_ipython().magic('matplotlib inline')
import numpy as np
import tensorflow as tf
import tensornet

# In[2]:

x = tf.placeholder(tf.float32, [None, 16])
y = tensornet.layers.tt(x, [4, 4], [4, 4], [1, 2, 1], 3.0, 'tt_1')

# In[3]:

with tf.Session() as s:
    s.run(tf.initialize_all_variables())
    print(s.run(y, {x: np.ones((2, 16))}).shape)
