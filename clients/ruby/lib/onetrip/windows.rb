# frozen_string_literal: true

require "monitor"
require "onetrip/api"
require "onetrip/budget"
require "onetrip/callsite"
require "onetrip/workers"

# Named windows: what a test, a request in it, or a block of code sends to the database.
#
# They are opened from outside the connections, over the proxy's HTTP API. So they hold what any connection sends
# meanwhile, also one that was opened before, or is another thread's, and no SQL is sent. Where several processes run
# tests side by side, each names the database or the application_name of its own connections.
module Onetrip
  LIFE_S = 900 # of a window that nobody closes, as its process was killed
  LONGEST_NAME = 1024 # bytes

  Seen = Struct.new(:statements, :findings)

  # A window that is open, or was. Without a proxy it is no window, and everything it is asked does nothing.
  class Window
    attr_reader :label, :inner
    attr_accessor :name, :id, :closed

    def initialize(name, label = nil, is_request: false)
      @name = Onetrip.clipped(name)
      @label = Onetrip.clipped(label || name)
      @is_request = is_request
      @inner = []
    end

    def request?
      @is_request
    end

    # The requests that were made in it; itself where there were none. All else that was sent in it is set-up.
    def judged
      @inner.empty? ? [self] : @inner.flat_map(&:judged)
    end

    # What was sent in it, so far if it is open.
    def seen
      @closed || Onetrip.process.look(self)
    end

    # Fails when a request that was made in it, or it itself where none was, sent more statements than that, or when
    # it shows a finding of this level (info, warning, error) or a worse one. `allow`: rules and causes that are
    # accepted. Without a proxy it never fails.
    def assert_budget(max_statements: nil, no_findings: true, level: "warning", allow: [])
      unless Budget::LEVELS.include?(level)
        raise ArgumentError, "level is #{level.inspect}: it is one of #{Budget::LEVELS.join(', ')}"
      end

      requests = judged.select(&:id).map { |window| [window.label, *window.seen.to_a] }
      text = Budget.complaint(requests, max_statements, no_findings ? level : nil, allow)
      raise Onetrip.failure, text unless text.empty?
    end
  end

  # The windows of this process. Any thread.
  class Process
    attr_accessor :watched
    attr_reader :api

    def initialize(api)
      @api = api
      @open = []
      @lock = Monitor.new
      @number = 0
    end

    def open(window)
      @lock.synchronize do
        around = @open.last
        # What a request makes of further requests, or another thread meanwhile, is a part of it.
        return window if @api.nil? || (window.request? && around&.request?)

        window.name = Onetrip.clipped("#{window.name} ##{@number += 1} in #{@open.first.name}") if around
        window.id = post(window, around)
        if window.id
          @open.push(window)
          around.inner.push(window) if around
        end
        window
      end
    end

    def close(window)
      @lock.synchronize do
        return unless @open.delete(window)

        answer = @api.ask("DELETE", "/api/v1/windows/#{window.id}")
        known = answer && answer.status == 200 # else its life was over
        window.closed = known ? Seen.new(answer.body["window"]["statements"], answer.body["findings"]) : Seen.new(0, [])
      end
    end

    def look(window)
      return Seen.new(0, []) if window.id.nil? || @api.nil?

      @api.flush
      shown = @api.window(window.id)
      shown ? Seen.new(shown["statements"], @api.findings(window.id)) : Seen.new(0, [])
    end

    # The window that was opened first of those that are open: the test.
    def outermost
      @open.first
    end

    # Why there are no windows, where there should be.
    def lost
      @api ? @api.lost : ""
    end

    private

    def post(window, around)
      body = { name: window.name, label: window.label, ttl_s: LIFE_S }.merge(@watched || Workers.connections)
      body[:parent] = around.id if around
      answer = @api.ask("POST", "/api/v1/windows", body)
      if answer && answer.status == 409 # left open by a process that was killed
        @api.windows(window.name).each { |row| @api.ask("DELETE", "/api/v1/windows/#{row['id']}") if row["open"] }
        answer = @api.ask("POST", "/api/v1/windows", body)
      end
      answer.body["id"] if answer && answer.status == 201
    end
  end

  # A test, whoever runs it: a window with its set-up and its tear-down, and in that one while the test's own code runs.
  # So what hooks send is set-up also in a test that makes no request.
  class TestRun
    def initialize(name)
      Callsite.follow_if_asked
      @window = Onetrip.process.open(Window.new(name))
    end

    def begin_body
      Callsite.follow_if_asked
      @body = Onetrip.process.open(Window.new("body", @window.label))
    end

    def end_body
      Onetrip.process.close(@body) if @body
    end

    def end
      Onetrip.process.close(@window)
    end
  end

  class << self
    # The class of what a broken budget raises.
    attr_writer :failure

    def failure
      @failure ||= RuntimeError
    end

    # The windows of this process; ONETRIP_API is read when it is first asked for.
    def process
      @process ||= Process.new(Api.from_environment)
    end

    # A window as long as the block; in a test it is one of the test's requests. `label`, else the name, is the kind of
    # thing that it is, for budgets and reports.
    def window(name, label: nil)
      opened = process.open(Window.new(name, label))
      yield opened
    ensure
      process.close(opened) if opened
    end

    # A request. Where no window is around it, or a request is, it is no window.
    def request(label)
      made = Window.new(label, is_request: true)
      process.open(made) if process.outermost
      yield made
    ensure
      process.close(made) if made
    end

    # Of the test that runs, as Window's.
    def assert_budget(**wanted)
      (process.outermost || Window.new("")).assert_budget(**wanted)
    end

    # From now on windows hold only what is sent by connections to this database, or of this application_name; with
    # neither, what any connection sends. For test runs in parallel whose connections are told apart in a way of their
    # own.
    def watch(database: nil, application_name: nil)
      process.watched = { database: database, application_name: application_name }.compact
    end

    def clipped(name)
      name.to_s.encode("UTF-8", invalid: :replace, undef: :replace).byteslice(0, LONGEST_NAME).scrub("")
    end

    # For a runner to say at its end: why tests were no windows, if so.
    def say_if_lost
      warn "onetrip: #{process.lost}; from then on tests were no windows" unless process.lost.empty?
    end
  end
end
