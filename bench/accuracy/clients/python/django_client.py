"""A Django program."""

import django_setup  # first: the settings
from django_cases import CASES
from runner import serve

serve(django_setup.performer(CASES), **django_setup.TAGS)
