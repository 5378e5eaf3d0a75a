require "json"
require "onetrip"
require "pg"
require "sinatra/base"

class Shop < Sinatra::Base
  use Onetrip::Rack
  set :environment, :test

  def self.database
    @database ||= PG.connect
  end

  get "/shelves/:count" do
    ENV["SHOP"] == "fixed" ? fixed.to_json : slow.to_json
  end

  def slow
    books = ask("SELECT author_id FROM book ORDER BY id LIMIT $1", params[:count])
    books.map { |book| ask("SELECT name FROM author WHERE id = $1", book["author_id"]) }
  end

  def fixed
    ask("SELECT name FROM book JOIN author ON author.id = author_id ORDER BY book.id LIMIT $1", params[:count])
  end

  def ask(sql, value)
    Shop.database.exec_params(sql, [value]).to_a
  end
end
