# frozen_string_literal: true

require "rspec/core"
require "onetrip"

module Onetrip
  # Around each example of RSpec.
  module RSpec
    def run(*)
      return super unless Onetrip.process.api

      # The line may change, and is no part of the name.
      @onetrip = TestRun.new("#{metadata[:rerun_file_path].delete_prefix('./')}: #{full_description}")
      begin
        super
      ensure
        @onetrip.end
      end
    end

    private

    # What RSpec calls around the example's own code, within its hooks.
    def run_before_example
      super
      @onetrip&.begin_body
    end

    def run_after_example
      @onetrip&.end_body
      super
    end
  end

  self.failure = defined?(::RSpec::Expectations) ? ::RSpec::Expectations::ExpectationNotMetError : RuntimeError
  ::RSpec::Core::Example.prepend(RSpec)
  ::RSpec.configure { |config| config.after(:suite) { Onetrip.say_if_lost } }
end
