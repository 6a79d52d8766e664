"""How gunicorn serves the pages: `gunicorn -c python:brokerage.upkeep.web_server`."""

from typing import Any

from brokerage.settings import read_settings
from brokerage.upkeep.running import end_with_parent

_settings = read_settings()
_host = f"[{_settings.host}]" if ":" in _settings.host else _settings.host

wsgi_app = "brokerage.app:create_app()"
bind = f"{_host}:{_settings.port}"
workers = _settings.web_workers
worker_class = "gthread"
threads = 4
timeout = 120  # of a worker that does not answer its master, not of a request
graceful_timeout = 15
keepalive = 5
loglevel = "warning"
accesslog = None  # the service's own log has a line for each request
control_socket_disable = True  # two services on one machine would share its file
proc_name = "brokerage"


def on_starting(_server: Any) -> None:
    end_with_parent()
