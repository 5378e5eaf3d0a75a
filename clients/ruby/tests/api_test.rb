# frozen_string_literal: true

require "minitest/autorun"
require "socket"
require "tempfile"
require "onetrip"

# It never raises, and says why it gave up.
class ApiTest < Minitest::Test
  # What `given` is once the client has asked so many questions of a server that ends each connection after its answer.
  def serve(questions, body = "{}")
    server = TCPServer.new("127.0.0.1", 0)
    heads = []
    thread = Thread.new do
      questions.times do
        client = server.accept
        head = +""
        head << client.readline until head.end_with?("\r\n\r\n")
        heads << head
        client.write("HTTP/1.1 200 OK\r\nContent-Length: #{body.bytesize}\r\n\r\n#{body}")
        client.close
      end
    end
    yield "127.0.0.1:#{server.addr[1]}"
    thread.join(10)
    heads
  ensure
    thread.kill
    server.close
  end

  def closed_port
    TCPServer.open("127.0.0.1", 0) { |server| server.addr[1] }
  end

  def test_nobody_answers
    api = Onetrip::Api.new("127.0.0.1:#{closed_port}")
    assert_nil api.ask("GET", "/")
    assert_match(/does not answer: Errno::ECONNREFUSED/, api.lost)
    assert_nil api.get("/")
  end

  def test_a_kept_connection_that_was_closed_meanwhile
    heads = serve(3) do |address|
      api = Onetrip::Api.new(address)
      3.times { assert_equal({}, api.get("/")) }
    end
    assert_equal 3, heads.size
  end

  def test_addresses_that_make_no_sense
    ["https://127.0.0.1:1", "ftp://x", "http://127.0.0.1:port"].each do |address|
      api = Onetrip::Api.new(address)
      assert_nil api.ask("GET", "/")
      refute_empty api.lost
    end
  end

  def test_what_is_no_json_is_no_answer
    serve(1, "<p/>") do |address|
      api = Onetrip::Api.new(address)
      assert_nil api.get("/")
      assert_match(/ParserError/, api.lost)
    end
  end

  def test_a_token_is_shown
    token = Tempfile.new
    token.write("secret\n")
    token.close
    heads = serve(1) { |address| Onetrip::Api.new(address, token.path).get("/") }
    assert_includes heads[0], "\r\nAuthorization: Bearer secret\r\n"
    api = Onetrip::Api.new("127.0.0.1:#{closed_port}", "/nowhere/token")
    api.get("/")
    assert_match(/ENOENT/, api.lost)
  end
end
