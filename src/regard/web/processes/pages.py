"""Pages and REST API: granian's WSGI workers call `application`."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regard.web.settings")

from django.core.wsgi import get_wsgi_application

from regard.web.processes.start import die_with_parent, start_logging

die_with_parent()
start_logging()
application = get_wsgi_application()
