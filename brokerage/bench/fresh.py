"""The inside of one measurement: a process that loads an instance, runs one method, and says.

`python -m brokerage.bench.fresh JOB` reads a job (JSON) and writes its result to the path named
there. The instance is loaded and laid where the garbage collector does not look before the peak of
memory is forgotten; only then is the method imported, run, and its answer valued and checked, the
latter two outside of all that is measured.
"""

import gc
import importlib
import json
import sys
from pathlib import Path
from typing import Any

from brokerage.bench import memory
from brokerage.bench.instances import fingerprint, take
from brokerage.bench.work import STAGES, Skipped, Stopwatch, Work


def main(job_path: str) -> None:
    job = json.loads(Path(job_path).read_text(encoding="utf-8"))
    result = measured(job)
    finished = Path(job["result"])
    part = finished.with_suffix(".part")
    part.write_text(json.dumps(result), encoding="utf-8")
    part.replace(finished)


def measured(job: dict[str, Any]) -> dict[str, Any]:
    """Run the job's method on its instance; everything that is to be told of it."""
    instance = take(Path(job["instance"]))
    given = fingerprint(instance)
    gc.collect()
    gc.freeze()
    held = memory.held_kib()
    memory.forget_peak()
    watch = Stopwatch()
    module, _, function = job["run"].partition(":")
    with watch("import"):
        method = getattr(importlib.import_module(module), function)
    try:
        answer = method(Work(instance, job["options"], job["limit"], watch))
    except Skipped as reason:
        return {"status": "skipped", "fingerprint": given, "note": str(reason)}
    peak = memory.peak_kib()
    total = sum(watch.seconds.get(stage, 0.0) for stage in STAGES)
    verified = importlib.import_module("brokerage.bench.verifying").verified
    return {
        "fingerprint": given,
        "seconds": {**watch.seconds, "total": total},
        "memory_mb": round((peak - held) / 1024, 1),
        **verified(instance, answer),
    }


if __name__ == "__main__":
    main(sys.argv[1])
