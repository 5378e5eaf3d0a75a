"""FastAPI's test client, and httpx over ASGI: projects/fastapi_shop."""


def test_each_request_is_a_window_named_by_its_route(project, proxy):
    result = project("fastapi_shop")
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines(["E *AssertionError: GET /lazy/{count} sent 6 statements, 4 are allowed"])
    assert proxy.requests("test_lazy") == [("GET /lazy/{count}", 6)]
    assert proxy.requests("test_router_in_router") == [("GET /v1/books/of/{author}/first/{count}", 5)]
    assert proxy.requests("test_mounted") == [("GET /shelf/of/{count}", 4)]
    assert proxy.requests("test_nothing_there") == [("GET /nothing/:id", 0)]
    assert proxy.requests("test_async_client") == [("GET /lazy/{count}", 7)]
    labels = sorted(finding["label"] for finding in proxy.findings())
    assert labels == ["GET /lazy/{count}", "GET /shelf/of/{count}", "GET /v1/books/of/{author}/first/{count}"]


def test_the_line_is_told_when_asked_for(project, proxy):
    project("fastapi_shop", "-o", "onetrip_callsite=true", "-k", "lazy").assert_outcomes(passed=1)
    location = proxy.findings()[0]["location"]
    assert (location["file"], location["line"]) == ("shop.py", 16)


def test_four_workers(project, proxy):
    project("fastapi_shop", "-n", "4", "-k", "not budget").assert_outcomes(passed=5)
    assert proxy.requests("test_lazy") == [("GET /lazy/{count}", 6)]
    assert proxy.requests("test_router_in_router") == [("GET /v1/books/of/{author}/first/{count}", 5)]
    assert proxy.requests("test_async_client") == [("GET /lazy/{count}", 7)]
