# frozen_string_literal: true

# The suite runs against a real proxy and a real server. tests/integration/test_ruby_client.py starts both; by hand:
#
#   ONETRIP_TEST_API=http://127.0.0.1:9188 PGHOST=127.0.0.1 PGPORT=6532 PGUSER=… PGDATABASE=… ruby -Ilib tests/all.rb
#
# The database has the tables `author` and `book` of tests/integration/harness.py.

require "minitest/autorun"
require "pg"
require "onetrip"

class OwnTest < Minitest::Test
  def setup
    abort "ONETRIP_TEST_API is not set: there is no proxy to test with; see tests/own.rb" unless ENV["ONETRIP_TEST_API"]
    @api = Onetrip::Api.new(ENV.fetch("ONETRIP_TEST_API"))
    @api.ask("POST", "/api/v1/reset")
    here(Onetrip::Api.new(@api.address))
    @connection = PG.connect
  end

  def teardown
    @connection.close
    Onetrip.process.close(Onetrip.process.outermost) while Onetrip.process.outermost
  end

  # This process as one that has this API, or none.
  def here(api)
    Onetrip.instance_variable_set(:@process, Onetrip::Process.new(api))
  end

  # One N+1: the author of each of so many books.
  def books(rows)
    @connection.exec_params("SELECT author_id FROM book ORDER BY id LIMIT $1", [rows]).each do |book|
      @connection.exec_params("SELECT name FROM author WHERE id = $1", [book["author_id"]])
    end
  end

  # Named windows, the oldest first; those whose name holds this.
  def named(name = "")
    @api.get("/api/v1/windows?limit=2000")["windows"].reverse.select do |row|
      row["source"] == "named" && row["name"].include?(name)
    end
  end
end
