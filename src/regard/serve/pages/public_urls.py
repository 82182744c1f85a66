"""Addresses that stand on the pages of shops."""

from __future__ import annotations

from django.urls import path

from regard.serve.pages import public

urlpatterns = [
    path("w/<str:token>/prompts.js", public.prompts_script, name="prompts_script"),
    path("w/<str:token>/message/", public.shop_message, name="shop_message"),
]
