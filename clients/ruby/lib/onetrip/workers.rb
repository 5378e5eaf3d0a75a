# frozen_string_literal: true

module Onetrip
  # Test processes side by side: which connections are this one's.
  module Workers
    STARTED = ::Process.pid

    module_function

    # parallel_tests starts its processes anew, with a number each. It gives the connections that libpq will open an
    # application_name that no other worker's have.
    def name_connections
      return unless ENV.key?("TEST_ENV_NUMBER")

      number = ENV["TEST_ENV_NUMBER"].to_s
      name, ending = ENV.fetch("PGAPPNAME", "tests"), "-#{number.empty? ? 1 : number}"
      ENV["PGAPPNAME"] = name + ending unless name.end_with?(ending)
    end

    # What tells this process's connections from those of others; empty: nothing, and nothing need.
    def connections
      return { application_name: ENV["PGAPPNAME"] } if ENV.key?("TEST_ENV_NUMBER") && ENV.key?("PGAPPNAME")

      # `parallelize` of Rails forks, and gives each process a database: app_test-0 (later: app_test_0).
      database = ::Process.pid == STARTED ? nil : rails_database
      database&.match?(/[-_]\d+\z/) ? { database: database } : {}
    end

    # Opens nothing.
    def rails_database
      return unless defined?(::ActiveRecord::Base) && ::ActiveRecord::Base.respond_to?(:connection_db_config)

      ::ActiveRecord::Base.connection_db_config.database
    end
  end
end
