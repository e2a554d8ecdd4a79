from common import tf, np, tn
import net
x = tf.placeholder(tf.float32, [None, 16])
y = net.build(x)
with tf.Session() as session:
    session.run(tf.initialize_all_variables())
    print(session.run(y, {x: np.ones([2, 16])}).shape)
