"""Logging: a line a request, a line a use case; ids only, never names, addresses or texts."""

import json
import logging
import sys
import time
import uuid

from flask import Flask, Response, g, has_request_context, request


class _Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record).replace("\n", "\n    ")
        return f"{line} request={g.request_id}" if _request_id() else line


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "message": record.getMessage(),
            "request": _request_id(),
        }
        if record.exc_info:
            entry["fault"] = self.formatException(record.exc_info)
        return json.dumps(entry)


def set_up(format: str) -> None:
    """Send the service's own log to standard error, as ``plain`` lines or as ``json``."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _Json() if format == "json" else _Plain("%(asctime)s %(levelname)s %(message)s")
    )
    logger = logging.getLogger("brokerage")
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False


def register(app: Flask, format: str) -> None:
    """Give each request an id and a line."""
    if not logging.getLogger("brokerage").handlers:
        set_up(format)

    @app.before_request
    def begin() -> None:
        g.request_id = uuid.uuid4().hex[:12]
        g.request_began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        if request.endpoint != "static" and "request_began" in g:
            # The rule, not the path: a path can hold a token.
            logging.getLogger("brokerage").info(
                "%s %s status=%d ms=%d",
                request.method,
                request.url_rule or "(no page)",
                response.status_code,
                (time.perf_counter() - g.request_began) * 1000,
            )
        return response


def _request_id() -> str | None:
    return g.get("request_id") if has_request_context() else None
