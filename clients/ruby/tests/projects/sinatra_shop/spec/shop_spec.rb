require "rack/test"
require_relative "../shop"

RSpec.describe Shop do
  include Rack::Test::Methods

  def app
    Shop
  end

  def ask_all(rows)
    Shop.database.exec_params("SELECT author_id FROM book ORDER BY id LIMIT $1", [rows]).each do |book|
      Shop.database.exec_params("SELECT name FROM author WHERE id = $1", [book["author_id"]])
    end
  end

  describe "a shelf" do
    before { ask_all(9) } # a loop, of the set-up

    it "lists its books" do
      get "/shelves/5"
      expect(JSON.parse(last_response.body).size).to eq 5
      Onetrip.assert_budget(max_statements: 1) if ENV["BUDGET"]
    end

    it "may not be there" do
      get "/nothing/5"
      expect(last_response.status).to eq 404
    end
  end

  if ENV["PART"]
    (Integer(ENV["PART"])..7).step(2) do |number|
      it "has many, #{number}" do # a test that makes no request
        ask_all(number + 2)
      end
    end
  end
end
