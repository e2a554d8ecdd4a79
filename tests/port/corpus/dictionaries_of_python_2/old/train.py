import cPickle as pickle
import tensorflow as tf
import tensornet

options = {'size': 16, 'scope': 'linear'}
if options.has_key('size') and not options.has_key('other'):
    size = options['size']
for key, value in options.iteritems():
    tf.logging.debug('%s=%s', key, value)
with open('options.pkl', 'w') as out:
    out.write('')
with open('options.pkl', 'wb') as out:
    pickle.dump(options, out)
with open('options.pkl') as source:
    options = pickle.load(source)
x = tf.placeholder(tf.float32, [2, 16])
print(tensornet.layers.linear(x, size, scope=options['scope']).get_shape())
