"""What the time of an operation depends on apart from itself: device, versions and settings."""

import os
import platform

import tensorflow.compat.v1 as tf

from tensornet.contraction import kernel_faults
from tensornet.contraction.machine import compiled, cpu, gpu
from tensornet.contraction.processor import INSTRUCTION_LIMITS, NO_UNIT, available_cores
from tensornet.version import __version__

# Variables that choose other kernels or compilers.
SWITCHES = ('TF_ENABLE_ONEDNN_OPTS', *INSTRUCTION_LIMITS, 'TF_XLA_FLAGS', 'TF_NUM_INTRAOP_THREADS',
            'OMP_NUM_THREADS')
CPU_DEVICE, GPU_DEVICE = '/cpu:0', '/gpu:0'


def target_device():
    """Returns where an operation that is created now would run: `CPU_DEVICE` or `GPU_DEVICE`.

    That is the GPU if TensorFlow lists one and no `tf.device` around says otherwise. This neither
    creates an operation nor initialises a GPU.
    """
    for function in reversed(tf.get_default_graph()._device_functions_outer_to_inner):
        spec = getattr(function, '_spec', None)
        kind = getattr(spec, 'device_type', None)
        if kind is not None:
            return GPU_DEVICE if kind.upper() == 'GPU' else CPU_DEVICE
    return GPU_DEVICE if tf.config.experimental.list_physical_devices('GPU') else CPU_DEVICE


def target_machine(dtype, xla=False):
    """Returns the constants of where an operation that is created now would run.

    Args:
        dtype: name of the type of the elements.
        xla: whether XLA will compile it.

    Returns:
        `Machine`.
    """
    if target_device() == GPU_DEVICE:
        return gpu(dtype, _gpu())
    unit = NO_UNIT if kernel_faults.products_add_up_in_half(tf.as_dtype(dtype)) else None
    machine = cpu(dtype, unit, _threads())
    return compiled(machine) if xla else machine


def session_config(config, device):
    """Returns the configuration for a session that measures on a device.

    Args:
        config: `tf.ConfigProto`; None takes that of the default session, if there is one.
        device: `CPU_DEVICE` or `GPU_DEVICE`.

    Returns:
        `tf.ConfigProto`. For the CPU it hides the GPUs, so that none is initialised; for a GPU it
        grows its memory as needed.
    """
    if config is None:
        config = getattr(tf.get_default_session(), '_config', None)
    result = tf.ConfigProto()
    if config is not None:
        result.CopyFrom(config)
    if device == CPU_DEVICE:
        result.device_count['GPU'] = 0
    else:
        result.gpu_options.allow_growth = True
    return result


def environment_key(device, config):
    """Describes in one line all that a running time depends on, apart from the layer.

    Args:
        device: `CPU_DEVICE` or `GPU_DEVICE`.
        config: the session's `tf.ConfigProto`.
    """
    words = [_processor() if device == CPU_DEVICE else _gpu(),
             f'{available_cores()} of {os.cpu_count() or 0} cores',
             f"{_asked_threads(config) or 'default'} threads", f'tensorflow {tf.__version__}',
             f'tensornet {__version__}',
             f'jit {config.graph_options.optimizer_options.global_jit_level}']
    # Such as rewrites to half precision, which change what an operation computes.
    words += str(config.graph_options.rewrite_options).split('\n')[:-1]
    words += [f'{name}={os.environ[name]}' for name in SWITCHES if os.environ.get(name)]
    return ', '.join(words)


def _threads():
    """Returns how many threads an operation of the default session would have.

    The number that the session or the process asks for counts as far as there are cores.
    """
    config = getattr(tf.get_default_session(), '_config', None) or tf.ConfigProto()
    return min(_asked_threads(config) or available_cores(), available_cores())


def _asked_threads(config):
    """Returns how many threads for an operation the session or the process asks for, 0 if none."""
    environment = os.environ.get('TF_NUM_INTRAOP_THREADS', '').strip()
    # What TensorFlow cannot read as a number counts for nothing, other scripts' digits included.
    is_number = environment.isascii() and environment.isdigit()
    return (config.intra_op_parallelism_threads
            or tf.config.threading.get_intra_op_parallelism_threads()
            or (int(environment) if is_number else 0))


def _processor():
    """Returns the model of the processor, as far as the system tells."""
    try:
        with open('/proc/cpuinfo', encoding='utf-8', errors='replace') as file:
            lines = [line.split(':', 1) for line in file.read().splitlines() if ':' in line]
    except OSError:
        return platform.processor() or platform.machine()
    values = {}
    for name, value in lines:
        values.setdefault(name.strip(), value.strip())
    # Virtual machines often name the family and not the model.
    numbers = '/'.join(values.get(name, '?') for name in ('cpu family', 'model', 'stepping'))
    return f"{values.get('model name', platform.machine())} ({numbers})"


def _gpu():
    """Returns the names of the GPUs, without initialising them; TensorFlow 1 tells their number."""
    devices = tf.config.experimental.list_physical_devices('GPU')
    details = getattr(tf.config.experimental, 'get_device_details', lambda device: {})
    return ' + '.join(details(device).get('device_name', 'GPU') for device in devices)
