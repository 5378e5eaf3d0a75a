from django.core.management.base import BaseCommand

from onetrip import models


class Command(BaseCommand):
    help = "Writes which model stands for which table, and how models name their relations, as JSON."
    requires_system_checks: list = []

    def add_arguments(self, parser):
        parser.add_argument("-o", "--output", metavar="FILE", help="where to; standard output if not said")

    def handle(self, *args, **options):
        models.write(models.of_django(), options["output"] or self.stdout)
