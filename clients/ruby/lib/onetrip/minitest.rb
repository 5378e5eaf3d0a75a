# frozen_string_literal: true

require "minitest"
require "onetrip"

module Onetrip
  # Around each test of minitest, so of Rails.
  module Minitest
    def run
      return super unless Onetrip.process.api

      @onetrip = TestRun.new("#{self.class}##{name}")
      begin
        super
      ensure
        @onetrip.end
      end
    end

    def after_setup
      super
      @onetrip&.begin_body
    end

    def before_teardown
      @onetrip&.end_body
      super
    end
  end

  self.failure = ::Minitest::Assertion
  ::Minitest::Test.prepend(Minitest)
  ::Minitest.after_run { say_if_lost }
end
