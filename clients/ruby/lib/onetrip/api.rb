# frozen_string_literal: true

module Onetrip
  # The proxy's HTTP API. Asks one question after the other, on a connection that is kept. Never raises: from the first
  # question that nobody answers on, `lost` says why, and all answers are nil. Any thread; a forked process gets a
  # connection of its own. It speaks HTTP itself: what tests do to Net::HTTP (WebMock, VCR) is no concern of ours.
  class Api
    Answer = Struct.new(:status, :body)
    PATIENCE_S = 15 # closing a window waits for a catalog that is being read
    DEFAULT_PORT = 9188

    attr_reader :address, :lost

    # Where the proxy wants a token, the file that holds it is named as for the proxy itself.
    def self.from_environment
      address = ENV["ONETRIP_API"].to_s
      address.empty? ? nil : new(address, ENV["ONETRIP_ADMIN__TOKEN_FILE"].to_s)
    end

    def initialize(address, token_file = "")
      @address = (address.include?("://") ? address : "http://#{address}").chomp("/")
      @token_file = token_file
      @lost = ""
      @lock = Mutex.new
    end

    def ask(method, path, body = nil)
      @lock.synchronize do
        return nil unless @lost.empty?

        begin
          kept_or_new(method, path, body)
        rescue StandardError => error # whatever it is, it is no fault of the test that runs
          @lost = "#{@address} does not answer: #{error.class}: #{error.message}"
          nil
        end
      end
    end

    # The body, if there is such a thing.
    def get(path)
      answer = ask("GET", path)
      answer.body if answer && answer.status == 200
    end

    # Returns when everything that was sent so far is analysed.
    def flush
      ask("POST", "/api/v1/flush")
    end

    def window(id)
      body = get("/api/v1/windows/#{id}")
      body && body["window"]
    end

    def windows(name)
      body = get("/api/v1/windows?name=#{escape(name)}")
      body ? body["windows"] : []
    end

    def findings(id)
      body = get("/api/v1/findings?window=#{id}")
      body ? body["findings"] : []
    end

    private

    def kept_or_new(method, path, body)
      require "json"
      require "timeout"
      Timeout.timeout(PATIENCE_S) do
        if @socket && @process == ::Process.pid
          begin
            return exchange(method, path, body)
          rescue IOError, SystemCallError
            @socket.close # it was kept, and may have been closed meanwhile
          end
        end
        connect
        exchange(method, path, body)
      end
    end

    def connect
      require "socket"
      require "uri"
      address = URI(@address)
      raise ArgumentError, "only http:// is understood" unless address.instance_of?(URI::HTTP)

      port = @address.match?(/:\d+\z/) ? address.port : DEFAULT_PORT
      @headers = "Host: #{address.host}:#{port}\r\nContent-Type: application/json\r\n"
      @headers += "Authorization: Bearer #{File.read(@token_file).strip}\r\n" unless @token_file.empty?
      @socket = TCPSocket.new(address.hostname, port)
      @process = ::Process.pid
    end

    def exchange(method, path, body)
      text = body ? JSON.generate(body) : ""
      @socket.write("#{method} #{path} HTTP/1.1\r\n#{@headers}Content-Length: #{text.bytesize}\r\n\r\n#{text}")
      status = Integer(@socket.readline.split[1])
      length = 0
      until (line = @socket.readline.chomp).empty?
        length = Integer(line.split(":")[1]) if line.downcase.start_with?("content-length:")
      end
      Answer.new(status, JSON.parse(@socket.read(length)))
    end

    def escape(text)
      URI.encode_www_form_component(text)
    end
  end
end
