# coding: utf-8

# # A TT-layer in a notebook
# In[1]:
%matplotlib inline
%load_ext autoreload
import numpy as np
import tensorflow as tf
import tensornet
!ls data/*.npz | head
files = !ls
# In[2]:
x = tf.placeholder('float', shape=(None, 16))
tensornet.layers.tt?
y = tensornet.layers.tt(x, [4, 4], [4, 4], [1, 2, 1], 3.0, 'tt_1')
share = 100 * 7 \
    % 16
if share:
    %time share = share / 2
# In[3]:
with tf.Session() as session:
    session.run(tf.initialize_all_variables())
    print(session.run(y, {x: np.ones((2, 16))}).shape, share)
