"""Which model stands for which table, and how the models name their relations, as JSON: so that advice can name what
the project has.

    manage.py onetrip_models -o onetrip-models.json        Django, with "onetrip.django" in INSTALLED_APPS
    onetrip-models --django shop.settings -o …             Django, without
    onetrip-models --sqlalchemy shop.models:Base -o …      SQLAlchemy: a declarative base

Reads the code alone; opens no connection to a database."""

import argparse
import importlib
import json
import os
import sys
from typing import Any, Dict, List, Optional, Tuple

SCHEMA_VERSION = 1

# {"schema_version": 1, "orm": "django", "tables": {"shop_book": {
#    "model": "shop.models.Book",
#    "columns": {"author_id": "author", …},                       column → attribute
#    "relations": [{"name": "author",                             as a prefetch or an eager load takes it
#                   "query_name": "author",                       as a filter or an annotation takes it
#                   "kind": "forward",                            forward, reverse, many_to_many
#                   "columns": ["author_id"],                     here; of a many_to_many: what the junction refers to
#                   "table": "shop_author", "refers_to": ["id"],  there
#                   "through": null}]}}}                          the junction's table of a many_to_many


def relation(name: str, query_name: str, kind: str, columns: List[str], table: str, refers_to: List[str],
             through: Optional[str] = None) -> Dict[str, Any]:
    return {"name": name, "query_name": query_name, "kind": kind, "columns": columns, "table": table,
            "refers_to": refers_to, "through": through}


def of_django() -> Dict[str, Any]:
    """Of all models of the installed applications. Proxies share their parent's table and are left out."""
    from django.apps import apps

    tables = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy:
            continue
        relations = [_django_relation(field) for field in model._meta.get_fields() if field.is_relation]
        tables[model._meta.db_table] = {
            "model": f"{model.__module__}.{model.__qualname__}",
            "columns": {field.column: field.name for field in model._meta.local_concrete_fields},
            "relations": sorted(filter(None, relations), key=lambda one: one["name"]),
        }
    return _document("django", tables)


def _django_relation(field: Any) -> Optional[Dict[str, Any]]:
    if field.related_model is None or not hasattr(field, "get_path_info"):
        return None  # a generic relation: its table is in a row, not in the code
    reverse = field.auto_created and not field.concrete
    name = field.get_accessor_name() if reverse else field.name
    if name is None or name.endswith("+"):
        return None  # hidden: nothing can ask for it
    table = field.related_model._meta.db_table
    if field.many_to_many:
        forward = field.remote_field if reverse else field
        return relation(name, field.name, "many_to_many", [field.model._meta.pk.column], table,
                        [field.related_model._meta.pk.column], forward.remote_field.through._meta.db_table)
    forward = field.remote_field if reverse else field
    ends: List[Tuple[Any, Any]] = getattr(forward, "related_fields", [])
    if not ends:
        return None
    near, far = [a.column for a, _ in ends], [b.column for _, b in ends]
    if reverse:
        return relation(name, field.name, "reverse", far, table, near)
    return relation(name, field.name, "forward", near, table, far)


def of_sqlalchemy(base: Any) -> Dict[str, Any]:
    """Of all classes that are mapped with the registry of this declarative base."""
    tables = {}
    base.registry.configure()
    for mapper in base.registry.mappers:
        table = mapper.local_table
        if not hasattr(table, "fullname"):
            continue  # a subquery
        columns = {column.name: attribute.key for attribute in mapper.column_attrs for column in attribute.columns
                   if getattr(column, "table", None) is table}
        tables[table.fullname] = {
            "model": f"{mapper.class_.__module__}.{mapper.class_.__qualname__}",
            "columns": columns,
            "relations": sorted((_sqlalchemy_relation(one) for one in mapper.relationships),
                                key=lambda one: one["name"]),
        }
    return _document("sqlalchemy", tables)


def _sqlalchemy_relation(one: Any) -> Dict[str, Any]:
    kinds = {"MANYTOONE": "forward", "ONETOMANY": "reverse", "MANYTOMANY": "many_to_many"}
    pairs = one.synchronize_pairs if one.secondary is not None else one.local_remote_pairs
    near = [a.name for a, _ in pairs]
    far = [a.name for a, _ in one.secondary_synchronize_pairs] if one.secondary is not None else \
        [b.name for _, b in pairs]
    through = one.secondary.fullname if one.secondary is not None else None
    return relation(one.key, one.key, kinds[one.direction.name], near, one.mapper.local_table.fullname, far, through)


def _document(orm: str, tables: Dict[str, Any]) -> Dict[str, Any]:
    return {"schema_version": SCHEMA_VERSION, "orm": orm, "tables": dict(sorted(tables.items()))}


def write(document: Dict[str, Any], to: Any) -> None:
    """To an open file, or to the file of that name: as a whole or not at all."""
    text = json.dumps(document, indent=1) + "\n"
    if hasattr(to, "write"):
        to.write(text)
        return
    beside = f"{to}.{os.getpid()}.new"
    try:
        with open(beside, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(beside, to)
    except OSError:
        if os.path.exists(beside):
            os.unlink(beside)
        raise


def main() -> None:
    parser = argparse.ArgumentParser(prog="onetrip-models", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--django", metavar="SETTINGS", help="its settings' module")
    which.add_argument("--sqlalchemy", metavar="MODULE:BASE", help="where the declarative base is")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to; standard output if not said")
    wanted = parser.parse_args()
    sys.path.insert(0, os.getcwd())
    try:
        write(_read(wanted), wanted.output or sys.stdout)
    except (ImportError, AttributeError, OSError) as error:
        sys.exit(f"onetrip-models: {error}")


def _read(wanted: argparse.Namespace) -> Dict[str, Any]:
    if wanted.django:
        import django

        os.environ["DJANGO_SETTINGS_MODULE"] = wanted.django
        django.setup()
        return of_django()
    module, _, name = wanted.sqlalchemy.partition(":")
    return of_sqlalchemy(getattr(importlib.import_module(module), name or "Base"))


if __name__ == "__main__":
    main()
