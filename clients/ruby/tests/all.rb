# frozen_string_literal: true

Dir["#{__dir__}/*_test.rb"].sort.each { |file| require file }
