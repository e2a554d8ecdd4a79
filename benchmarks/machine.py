"""What a run was measured on, and whether the machine was left alone."""

import os
import platform
import time

import numpy as np

from tensornet.version import __version__

# What a processor may have that decides how fast it multiplies in a data type.
FEATURES = ('avx2', 'avx512f', 'avx512_bf16', 'avx512_fp16', 'amx_bf16', 'amx_fp16')


def machine_record(**more):
    """Returns a dictionary that names the machine, Python and packages.

    Args:
        more: what else a reader should know, such as versions of packages.
    """
    return dict(processor=_cpuinfo('model name') or platform.processor(),
                features=processor_features(), cores=os.cpu_count(), system=platform.platform(),
                python=platform.python_version(), numpy=np.__version__, tensornet=__version__,
                **more)


def processor_features():
    """Returns those of `FEATURES` that the processor has, as far as the system tells."""
    flags = (_cpuinfo('flags') or '').split()
    return [feature for feature in FEATURES if feature in flags]


def busy_cores(seconds=0.5):
    """Measures how many cores others keep busy; the calling process sleeps meanwhile.

    Args:
        seconds: how long to look.

    Returns:
        Number of cores, or None where the system does not tell.
    """
    before = _processor_ticks()
    time.sleep(seconds)
    after = _processor_ticks()
    if before is None or after is None:
        return None
    busy, total = after[0] - before[0], after[1] - before[1]
    return os.cpu_count() * busy / max(total, 1)


def available_memory():
    """Returns the bytes that a new process could take; infinity where the system does not tell."""
    kilobytes = _system_entry('/proc/meminfo', 'MemAvailable')
    return float('inf') if kilobytes is None else 1024 * int(kilobytes.split()[0])


def _processor_ticks():
    """Returns busy and total time of all cores, in ticks of the system."""
    try:
        with open('/proc/stat', encoding='ascii') as file:
            ticks = [int(value) for value in file.readline().split()[1:9]]
    except OSError:
        return None
    idle = ticks[3] + ticks[4]
    return sum(ticks) - idle, sum(ticks)


def _cpuinfo(name):
    return _system_entry('/proc/cpuinfo', name)


def _system_entry(path, name):
    """Returns the first value of that name in a file of Linux, or None."""
    try:
        with open(path, encoding='utf-8', errors='replace') as file:
            for line in file:
                key, _, value = line.partition(':')
                if key.strip() == name:
                    return value.strip()
    except OSError:
        pass
    return None
