import pytest
import shop


@pytest.fixture
def client():
    return shop.app.test_client()


def test_lazy(client):
    assert len(client.get("/books/5").json) == 5


def test_eager(client, onetrip):
    assert len(client.get("/eager/5").json) == 5
    onetrip.assert_budget(max_statements=1)


def test_redirect(client):
    assert client.get("/moved/5", follow_redirects=True).status_code == 200


def test_nothing_there(client):
    assert client.get("/nothing/5/there").status_code == 404
    assert client.post("/books/5").status_code == 405
