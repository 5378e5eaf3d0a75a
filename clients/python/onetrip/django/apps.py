from django.apps import AppConfig


class OnetripConfig(AppConfig):
    name = "onetrip.django"
    label = "onetrip"
    verbose_name = "Onetrip"
