"""How the pages are served: gunicorn's settings, and the application it serves. `outreach web` starts it with both."""

import os
from typing import TYPE_CHECKING

from outreach import logs

if TYPE_CHECKING:
    from flask import Flask

worker_class = "gthread"
workers = 1
threads = 8
graceful_timeout = 10
keepalive = 5
control_socket_disable = True
logconfig_dict = logs.configuration(os.environ.get("OUTREACH_LOG_LEVEL", "INFO"))
access_log_format = "%(s)s %(m)s %(M)sms %(U)s"  # no caller, no query, nothing their browser says about them


def application() -> "Flask":
    """The application of this installation; only the process that serves it imports it."""
    from outreach import bootstrap
    from web.app import create_app

    return create_app(bootstrap.runtime())
