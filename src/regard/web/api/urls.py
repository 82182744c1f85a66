from __future__ import annotations

from django.urls import path, re_path

from regard.core.edges.api import no_such_address
from regard.web.api.mount import api

urlpatterns = [
    path("", api.urls),
    re_path("", no_such_address),
]
