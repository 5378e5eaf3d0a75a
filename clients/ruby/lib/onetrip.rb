# frozen_string_literal: true

# Tells the Onetrip proxy which test, and which request in it, a statement belongs to.
#
#   require "onetrip/minitest"                          test/test_helper.rb
#   require "onetrip/rspec"                             spec/spec_helper.rb
#   use Onetrip::Rack                                   the first middleware; Rails does it by itself
#   Onetrip.assert_budget(max_statements: 12)           in a test
#
# ONETRIP_API says where the proxy's API is; `onetrip exec` sets it. Without it, and when nobody answers there,
# everything here does nothing. Nothing here sends SQL or opens a connection to a database.

require "onetrip/windows"
require "onetrip/rack"
require "onetrip/railtie" if defined?(::Rails::Railtie)

Onetrip::Workers.name_connections if ENV.key?("ONETRIP_API")
