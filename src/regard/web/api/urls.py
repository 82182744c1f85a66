from __future__ import annotations

from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from regard.core.edges.api import no_such_address
from regard.web.api.mount import api

urlpatterns = [
    path("", api.urls),
    re_path("", csrf_exempt(no_such_address)),  # a program has no form; only its address is wrong
]
