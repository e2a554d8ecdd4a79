"""What a run was measured on, and whether the machine was left alone."""

import os
import platform
import time


def machine_record(**more):
    """Returns a dictionary that names the machine, Python and packages.

    Args:
        more: what else a reader should know, such as versions of packages.
    """
    return dict(processor=_processor(), cores=os.cpu_count(), system=platform.platform(),
                python=platform.python_version(), **more)


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


def _processor_ticks():
    """Returns busy and total time of all cores, in ticks of the system."""
    try:
        with open('/proc/stat', encoding='ascii') as file:
            ticks = [int(value) for value in file.readline().split()[1:9]]
    except OSError:
        return None
    idle = ticks[3] + ticks[4]
    return sum(ticks) - idle, sum(ticks)


def _processor():
    try:
        with open('/proc/cpuinfo', encoding='utf-8') as file:
            names = [line.split(':')[1].strip() for line in file if line.startswith('model name')]
        return names[0]
    except (OSError, IndexError):
        return platform.processor()
