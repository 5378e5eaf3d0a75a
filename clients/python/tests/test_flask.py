"""Flask's test client, and SQLAlchemy: projects/flask_shop."""


def test_each_request_is_a_window_named_by_its_route(project, proxy):
    project("flask_shop").assert_outcomes(passed=4)
    assert proxy.requests("test_lazy") == [("GET /books/<int:count>", 6)]
    assert proxy.requests("test_eager") == [("GET /eager/<int:count>", 1)]
    assert proxy.requests("test_redirect") == [("GET /moved/<int:count>", 1), ("GET /eager/<int:count>", 1)]
    assert proxy.requests("test_nothing_there") == [("GET /nothing/:id/there", 0), ("POST /books/:id", 0)]
    assert [(finding["label"], finding["evidence"]["count"], finding["location"]) for finding in proxy.findings()] == [
        ("GET /books/<int:count>", 5, None)]


def test_the_line_is_told_when_asked_for(project, proxy):
    result = project("flask_shop", "-o", "onetrip_callsite=true", "-k", "lazy")
    result.assert_outcomes(passed=1)
    location = proxy.findings()[0]["location"]
    assert (location["file"], location["line"]) == ("shop.py", 32)


def test_without_the_proxy_it_is_as_it_was(project, proxy):
    project("flask_shop", api="").assert_outcomes(passed=4)
    assert proxy.named() == []
