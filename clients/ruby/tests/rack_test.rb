# frozen_string_literal: true

require_relative "own"

class RackTest < OwnTest
  def get(path, **more)
    env = { "REQUEST_METHOD" => "GET", "SCRIPT_NAME" => "", "PATH_INFO" => path }.merge(more)
    Onetrip::Rack.new(->(_) { [200, {}, [books(2).to_s]] }).call(env)
  end

  def test_a_request_in_a_test_is_a_window
    Onetrip.window("test") { get("/books") }
    assert_equal([["test", 3], ["GET /books", 3]], named.map { |row| row.values_at("label", "statements") })
  end

  def test_a_path_without_a_route_is_folded
    Onetrip.window("test") { |test| get("/books/17/0123456789abcdef0/page/", "SCRIPT_NAME" => "/a") && test }
    assert_equal("GET /a/books/:id/:id/page/", named.last["label"])
  end

  def test_outside_a_test_it_does_nothing
    assert_equal 200, get("/books").first
    assert_empty named
  end
end
