"""What django_cases.py says to pytest: which case, and its N."""

import pytest


def pytest_addoption(parser):
    parser.addoption("--case")
    parser.addoption("--rows", type=int)


def pytest_generate_tests(metafunc):
    """`number`: of the test, one of two where N are the rows that each reads."""
    count = 2 if metafunc.config.option.case.endswith("_lazy") else metafunc.config.option.rows
    metafunc.parametrize("number", range(count))


def pytest_collection_modifyitems(config, items):
    wanted = config.option.case.replace(".", "_")
    items[:] = [item for item in items if item.originalname == wanted]


@pytest.fixture
def rows(request):
    return request.config.option.rows


@pytest.fixture(scope="session")
def django_db_setup():
    """No database is made."""
