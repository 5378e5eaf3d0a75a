import asyncio

import httpx
import pytest
import shop
from fastapi.testclient import TestClient


@pytest.fixture
def client():
    return TestClient(shop.app)


def test_lazy(client):
    assert len(client.get("/lazy/5").json()) == 5


def test_router_in_router(client):
    assert len(client.get("/v1/books/of/3/first/4").json()) == 4


def test_mounted(client):
    assert len(client.get("/shelf/of/3").json()) == 3


def test_nothing_there(client):
    assert client.get("/nothing/77").status_code == 404


def test_async_client():
    async def ask():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(shop.app), base_url="http://shop") as client:
            return await client.get("/lazy/6")

    assert len(asyncio.run(ask()).json()) == 6


def test_budget(client, onetrip):
    client.get("/lazy/5")
    onetrip.assert_budget(max_statements=4)
