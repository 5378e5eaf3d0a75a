# frozen_string_literal: true

require "minitest/autorun"
require "onetrip"

class CallsiteTest < Minitest::Test
  def test_it_is_the_innermost_frame_that_is_no_librarys
    assert_equal "tests/callsite_test.rb:8 in #{__method__}", Onetrip.callsite
    assert_equal("tests/callsite_test.rb:9 in #{__method__}", [1].map { Onetrip.callsite }.first)
  end

  def test_library_code_is_no_place
    library = "#{RbConfig::CONFIG['vendordir']}/orm.rb"
    found = Module.new.module_eval("-> { Onetrip.callsite }", library, 1).call
    assert_match(/\Atests.callsite_test\.rb:14 in/, found)
  end

  def test_it_does_not_look_beyond_the_request
    seen = []
    app = eval("->(_) { seen << Onetrip.callsite; [200, {}, []] }", binding, "#{RbConfig::CONFIG['vendordir']}/app.rb")
    inside = Onetrip::Window.new("test")
    Onetrip.instance_variable_set(:@process, Onetrip::Process.new(nil))
    Onetrip.process.stub(:outermost, inside) do
      Onetrip::Rack.new(app).call({ "REQUEST_METHOD" => "GET", "PATH_INFO" => "/" })
    end
    assert_equal [nil], seen
  end

  def test_it_stands_at_the_statements_end
    comment = "/*callsite='tests/callsite_test.rb:#{__LINE__ + 1} in #{__method__}'*/"
    tagged = ["SELECT 1", "SELECT 1;", "SELECT 1 ; \n"].map { |sql| Onetrip::Callsite.tagged(sql) }
    assert_equal ["SELECT 1 #{comment}", "SELECT 1 #{comment};", "SELECT 1  #{comment};"], tagged
    assert_equal tagged[0], Onetrip::Callsite.tagged(tagged[0])
  end

  def test_nothing_in_a_value_ends_the_comment
    sql = eval("Onetrip::Callsite.tagged('SELECT 1')", binding, "#{Dir.pwd}/it's */ 5 é.rb", 3)
    assert_equal "SELECT 1 /*callsite='it%27s %2A/ 5 %C3%A9.rb:3 in #{__method__}'*/", sql
  end
end
