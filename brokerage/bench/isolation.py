"""The outside of one measurement: a fresh process, one thread, a limit, and an end by its id.

Every (size, method, repeat) gets a process of its own, so that no method warms, slows or breaks
another; two solvers that cannot live in one process never meet. One that runs over its limit is
killed with all that it started. What it writes to its output is kept out of the way.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import brokerage

GRACE_SECONDS = 25.0
"""Beyond its limit a process may take this long, to load, to stop by itself, and to be checked."""
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
}
DONE, KILLED, FAILED = "done", "over its limit", "failed"
LAST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be measured: `run` is "module:function" of a method, given a `Work`."""

    run: str
    instance: Path
    limit: float
    options: dict[str, Any] = field(default_factory=dict)
    hash_seed: str = "0"


def measure(job: Job, grace: float = GRACE_SECONDS) -> dict[str, Any]:
    """Run the job in a fresh process; its result with a `status`, whatever became of it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        result, told = Path(folder, "result.json"), Path(folder, "job.json")
        words = {
            "run": job.run,
            "instance": str(job.instance),
            "limit": job.limit,
            "options": job.options,
            "result": str(result),
        }
        told.write_text(json.dumps(words), encoding="utf-8")
        status, said = _run(told, job, grace)
        if status is not DONE:
            return {"status": status, "note": said}
        if not result.exists():
            return {"status": FAILED, "note": said}
        measured: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return {"status": DONE, **measured}


def _run(told: Path, job: Job, grace: float) -> tuple[str, str]:
    roots = [str(Path(root).parent) for root in brokerage.__path__]
    paths = [*roots, *filter(None, [os.environ.get("PYTHONPATH")])]
    environ = {**os.environ, **ONE_THREAD, "PYTHONHASHSEED": job.hash_seed}
    environ["PYTHONPATH"] = os.pathsep.join(paths)
    process = subprocess.Popen(  # noqa: S603  our own interpreter, our own module
        [sys.executable, "-m", "brokerage.bench.fresh", str(told)],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    try:
        _, errors = process.communicate(timeout=job.limit + grace)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return KILLED, f"over its limit of {job.limit:g} s"
    if process.returncode == 0:
        return DONE, ""
    lines = errors.strip().splitlines()
    last = lines[-1][:LAST_WORDS] if lines else f"ended with {process.returncode}"
    return FAILED, last
