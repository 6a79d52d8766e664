"""How much memory this process holds, and the most it has held since it was last asked to forget.

Linux tells both in /proc; elsewhere the peak of the whole life of the process is all there is.
"""

import resource
import sys
from contextlib import suppress
from pathlib import Path

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
_FORGET_PEAK = "5"


def held_kib() -> int:
    """What is held now, in KiB."""
    return _status("VmRSS")


def peak_kib() -> int:
    """The most that was held since `forget_peak`, in KiB."""
    return _status("VmHWM")


def forget_peak() -> None:
    """Let the peak begin again at what is held now, where the system can."""
    with suppress(OSError):
        _CLEAR.write_text(_FORGET_PEAK)


def _status(name: str) -> int:
    with suppress(OSError):
        for line in _STATUS.read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak
