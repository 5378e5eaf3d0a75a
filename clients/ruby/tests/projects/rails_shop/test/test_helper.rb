ENV["RAILS_ENV"] = "test"
require_relative "../config/environment"
require "rails/test_help"
require "onetrip/minitest"

class ActiveSupport::TestCase
  parallelize(workers: Integer(ENV["WORKERS"])) if ENV["WORKERS"]
end
