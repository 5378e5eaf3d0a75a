# frozen_string_literal: true

require_relative "own"

class WindowsTest < OwnTest
  def test_a_window_holds_what_was_sent_meanwhile
    books(3)
    cart = Onetrip.window("cart") do |window|
      books(5)
      assert_equal 6, window.seen.statements
      window
    end
    books(7)
    assert_equal 6, cart.seen.statements
    assert_equal([5], cart.seen.findings.map { |finding| finding["evidence"]["count"] })
  end

  def test_it_holds_what_other_threads_and_connections_send
    threads = Onetrip.window("threads") do |window|
      Thread.new { PG.connect { |other| other.exec("SELECT count(*) FROM book") } }.join
      @connection.exec("SELECT count(*) FROM author")
      window
    end
    assert_equal 2, threads.seen.statements
  end

  def test_what_is_outside_its_requests_is_not_judged
    Onetrip.window("test") do |test|
      books(4)
      Onetrip.request("GET /books") do
        Onetrip.request("GET /a/part") { @connection.exec("SELECT count(*) FROM book") }
      end
      books(4)
      assert_equal(["GET /books"], test.judged.map(&:label))
      Onetrip.assert_budget(max_statements: 1)
    end
  end

  def test_a_request_that_no_window_is_around_is_none
    Onetrip.request("GET /books") { @connection.exec("SELECT count(*) FROM book") }
    assert_empty named
  end

  def test_a_window_that_a_killed_process_left_open_is_closed
    left = Onetrip.process.open(Onetrip::Window.new("left"))
    here(Onetrip::Api.new(@api.address))
    again = Onetrip.window("left") do |window|
      @connection.exec("SELECT count(*) FROM book")
      window
    end
    assert_equal 1, again.seen.statements
    assert_equal([false, false], named("left").map { |row| row["open"] })
    refute_equal left.id, again.id
  end

  def test_a_window_whose_life_is_over_closes_without_a_word
    reset = Onetrip.window("reset") do |window|
      @api.ask("POST", "/api/v1/reset")
      window
    end
    assert_equal [0, []], reset.seen.to_a
  end

  def test_other_applications_are_left_out_when_one_is_watched
    Onetrip.watch(application_name: "mine")
    watched = Onetrip.window("watched") do |window|
      PG.connect(application_name: "mine") { |mine| mine.exec("SELECT count(*) FROM author") }
      books(3)
      window
    end
    assert_equal 1, watched.seen.statements
  end

  def test_names_are_cut_at_what_the_proxy_takes
    Onetrip.window("é" * 2000) { |window| assert_equal 1024, window.name.bytesize }
    Onetrip.window("a#{'é' * 2000}") { |window| assert_equal 1023, window.name.bytesize }
    assert_equal 2, named.size
  end

  def test_a_broken_budget_says_what_where_and_how_to_mend_it
    Onetrip.window("cart") { books(5) }
    broken = assert_raises(RuntimeError) do
      Onetrip.window("cart") do
        books(5)
        Onetrip.assert_budget(max_statements: 5)
      end
    end
    lines = broken.message.lines(chomp: true)
    assert_equal "cart sent 6 statements, 5 are allowed", lines[0]
    assert_match(/\Aerror\[n-plus-one\] cart: author was fetched 5 times/, lines[1])
    assert_includes lines, "  fed by    SELECT book: book.author_id → author.id, 5 of 5"
    assert_match(/^  fix       ./, broken.message)
  end

  def test_what_a_budget_allows
    Onetrip.window("cart") do |cart|
      books(5)
      cart.assert_budget(max_statements: 6, no_findings: false)
      cart.assert_budget(allow: ["n-plus-one"])
      cart.assert_budget(allow: [cart.seen.findings[0]["cause"]])
      assert_raises(ArgumentError) { cart.assert_budget(level: "serious") }
      assert_raises(RuntimeError) { cart.assert_budget }
    end
  end

  def test_what_is_below_the_level_breaks_no_budget
    Onetrip.window("twice") do |twice|
      2.times { @connection.exec("SELECT name FROM author WHERE id = 1") }
      assert_equal([%w[duplicate-query warning]], twice.seen.findings.map { |one| one.values_at("rule", "severity") })
      twice.assert_budget(level: "error")
      assert_raises(RuntimeError) { twice.assert_budget }
    end
  end

  def test_without_a_proxy_everything_does_nothing
    here(nil)
    Onetrip.window("cart") do |cart|
      Onetrip.request("GET /books") { books(5) }
      assert_equal [0, []], cart.seen.to_a
      cart.assert_budget(max_statements: 0)
      Onetrip.assert_budget(max_statements: 0)
    end
    assert_empty named
  end
end
