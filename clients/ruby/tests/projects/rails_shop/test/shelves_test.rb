require "test_helper"

class ShelvesTest < ActionDispatch::IntegrationTest
  setup do
    10.times { |number| Book.create!(shelf: number % 2, author: Author.create!(name: "Author #{number}")) }
    Book.order(:id).each(&:author) # a loop, of the set-up
  end

  test "show" do
    get "/shelves/1"
    assert_equal 5, response.parsed_body.size
    Onetrip.assert_budget(max_statements: 2) if ENV["BUDGET"]
  end

  test "nothing there" do
    get "/shelves/7"
    assert_equal [], response.parsed_body
  end

  (ENV["WORKERS"] ? 8 : 0).times do |number|
    test "many #{number}" do
      Book.where(shelf: 1).limit(number).destroy_all
      get "/shelves/1"
      assert_equal [5 - number, 0].max, response.parsed_body.size
    end
  end
end
