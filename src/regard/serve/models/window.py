from __future__ import annotations

from django.db import models

from regard.core.models import Store


class ShopWindow(models.Model):
    """What holds for everything that appears on a shop's pages.

    token: in the address of the script, which everybody sees. sites: origins of the shop, such as
    https://shop.example, which alone may frame the surveys. pause_minutes: between any two prompts.
    """

    store = models.OneToOneField(Store, models.CASCADE, primary_key=True, related_name="+")
    token = models.CharField(max_length=64, unique=True)
    sites = models.JSONField(default=list)
    pause_minutes = models.PositiveIntegerField(default=10)
