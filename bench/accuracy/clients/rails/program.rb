# Runs the cases with Rails' ActiveRecord, as ../../README.md says under "A client program".

require "active_record"
require "active_support/all"
require "active_support/test_case"
require "erb"
require "logger"
require "securerandom"

require_relative "models"

# What Rails' query log tags, or Google's sqlcommenter for Rails, write; Debian's 6.1 is older than the first and
# lacks the second.
module QueryTags
  class << self
    attr_accessor :route, :traceparent
  end

  def self.comment
    tags = { action: "show", application: "accuracy", controller: "cases", db_driver: "active_record:6.1",
             framework: "rails_v6.1", route: route, traceparent: traceparent }
    " /*#{tags.map { |key, value| "#{key}='#{ERB::Util.url_encode(value)}'" }.join(',')}*/"
  end

  def execute(sql, *rest)
    super(tagged(sql), *rest)
  end

  def exec_query(sql, *rest, **more)
    super(tagged(sql), *rest, **more)
  end

  def exec_delete(sql, *rest)
    super(tagged(sql), *rest)
  end

  # 6.1 makes this an alias in the adapter's module, which does not come by exec_delete.
  def exec_update(sql, *rest)
    super(tagged(sql), *rest)
  end

  private

  def tagged(sql)
    QueryTags.traceparent && !sql.include?("/*") ? sql + QueryTags.comment : sql
  end
end

require "active_record/connection_adapters/postgresql_adapter"
ActiveRecord::ConnectionAdapters::PostgreSQLAdapter.prepend(QueryTags)
ActiveRecord::Base.logger = nil

$flags = []

# One request: what it sends carries one trace id, if tags are asked for.
def request(pause: false)
  sleep 0.15 if pause
  QueryTags.traceparent = "00-#{SecureRandom.hex(16)}-#{SecureRandom.hex(8)}-01" if $flags.include?("tag")
  yield
end

require_relative "cases"

# Query log tags switch prepared statements off; "prepared" keeps them, as older gems did.
def prepared?
  $flags.include?("prepared") || ($flags & %w[tag simple]).empty?
end

def run(name, n)
  work = CASES.fetch(name)
  url = "#{ENV.fetch('DATABASE_URL')}?prepared_statements=#{prepared?}"
  ActiveRecord::Base.establish_connection(url)
  ActiveRecord::Base.connection
  QueryTags.route = "/#{name}"
  request do
    $flags.include?("tx") ? ActiveRecord::Base.transaction { work.call(n) } : work.call(n)
  end
ensure
  QueryTags.traceparent = nil
  ActiveRecord::Base.remove_connection
end

answers = $stdout.dup
$stdout.reopen($stderr)
answers.sync = true
$stdin.each_line do |line|
  name, n, *$flags = line.split
  begin
    run(name, Integer(n))
    answers.puts "ok"
  rescue StandardError, NotImplementedError => error
    answers.puts "failed #{error.class}: #{error.message.lines.first&.chomp}"
  end
end
