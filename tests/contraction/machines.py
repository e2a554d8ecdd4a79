"""Machines of the cost model on which a certain thing is cheap or dear."""

from tensornet.contraction.machine import CPU

# Transposes cost next to nothing, each product of a batched product a second.
FLAT_CORE_GRADIENT = CPU._replace(transpose_bandwidth=1e30, matrix=1.0, small_matrix=1.0)
# The other way round.
BATCHED_CORE_GRADIENT = CPU._replace(transpose_bandwidth=1e-3, matrix=0.0, small_matrix=0.0,
                                     shared_op=0.0, bandwidth=1e30)
# Nothing takes time.
FREE = CPU._replace(flops=1e300, bandwidth=1e300, transpose_bandwidth=1e300, op=0.0,
                    batched_op=0.0, transpose_op=0.0, matrix=0.0, lanes=1, small_flops=1e300,
                    small_matrix=0.0, shared_op=0.0)
# Time is the number of operations, of bytes, or of ops alone.
ONLY_FLOPS = FREE._replace(flops=1.0, batched_flops=1.0, small_flops=1.0)
ONLY_BYTES = FREE._replace(bandwidth=1.0, transpose_bandwidth=1.0)
ONLY_OPS = FREE._replace(op=1.0)
