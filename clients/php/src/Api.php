<?php

namespace Onetrip;

/**
 * The proxy's HTTP API. Never throws: from the first question that nobody answers on, `lost` says why, and all answers
 * are null.
 */
final class Api
{
    private const PATIENCE_S = 15; // closing a window waits for a catalog that is being read
    private const DEFAULT_PORT = 9188;

    public string $lost = '';
    private string $address;

    public function __construct(string $address, private string $tokenFile = '')
    {
        $this->address = rtrim(str_contains($address, '://') ? $address : "http://$address", '/');
    }

    /** Where the proxy wants a token, the file that holds it is named as for the proxy itself. */
    public static function fromEnvironment(): ?self
    {
        $address = (string) getenv('ONETRIP_API');
        return $address === '' ? null : new self($address, (string) getenv('ONETRIP_ADMIN__TOKEN_FILE'));
    }

    /** [status, body]. */
    public function ask(string $method, string $path, ?array $body = null): ?array
    {
        if ($this->lost !== '') {
            return null;
        }
        try {
            return $this->exchange($method, $path, $body === null ? '' : json_encode($body, JSON_THROW_ON_ERROR));
        } catch (\Throwable $error) { // whatever it is, it is no fault of the test that runs
            $this->lost = "$this->address does not answer: {$error->getMessage()}";
            return null;
        }
    }

    /** Returns when everything that was sent so far is analysed. */
    public function flush(): void
    {
        $this->ask('POST', '/api/v1/flush');
    }

    public function window(string $id): ?array
    {
        return $this->get("/api/v1/windows/$id")['window'] ?? null;
    }

    public function windows(string $name): array
    {
        return $this->get('/api/v1/windows?name=' . rawurlencode($name))['windows'] ?? [];
    }

    public function findings(string $id): array
    {
        return $this->get("/api/v1/findings?window=$id")['findings'] ?? [];
    }

    private function get(string $path): array
    {
        [$status, $body] = $this->ask('GET', $path) ?? [0, []];
        return $status === 200 ? $body : [];
    }

    private function exchange(string $method, string $path, string $content): array
    {
        $parts = parse_url($this->address);
        if (($parts['scheme'] ?? '') !== 'http' || !isset($parts['host'])) {
            throw new \InvalidArgumentException('only http://HOST:PORT is understood');
        }
        $headers = ['Content-Type: application/json', 'Connection: close'];
        if ($this->tokenFile !== '') {
            $headers[] = 'Authorization: Bearer ' . trim($this->checked(fn () => file_get_contents($this->tokenFile)));
        }
        $context = stream_context_create(['http' => ['method' => $method, 'header' => $headers, 'content' => $content,
            'ignore_errors' => true, 'protocol_version' => 1.1, 'timeout' => self::PATIENCE_S]]);
        $url = $this->address . (isset($parts['port']) ? '' : ':' . self::DEFAULT_PORT) . $path;
        $stream = $this->checked(fn () => fopen($url, 'r', false, $context));
        $status = (int) explode(' ', stream_get_meta_data($stream)['wrapper_data'][0])[1];
        return [$status, json_decode(stream_get_contents($stream), true, 512, JSON_THROW_ON_ERROR)];
    }

    /** What it gives, or an exception with PHP's warning, which goes nowhere else: no test is to fail for it. */
    private function checked(callable $act): mixed
    {
        $warning = '';
        set_error_handler(function (int $level, string $text) use (&$warning): bool {
            $warning = $text;
            return true;
        });
        try {
            $result = $act();
        } finally {
            restore_error_handler();
        }
        return $result === false ? throw new \RuntimeException($warning) : $result;
    }
}
