<?php

namespace Onetrip;

/**
 * The windows of this process. They are opened from outside the connections, over the proxy's HTTP API. So they hold what
 * any connection sends meanwhile, also one that was opened before, and no SQL is sent.
 */
final class Windows
{
    private const LIFE_S = 900; // of a window that nobody closes, as its process was killed

    /** What watch() said. */
    public ?array $watched = null;
    /** @var Window[] */
    private array $open = [];
    private int $number = 0;

    public function __construct(public readonly ?Api $api)
    {
    }

    public function within(Window $window, callable $block): mixed
    {
        $this->open($window);
        try {
            return $block($window);
        } finally {
            $this->close($window);
        }
    }

    public function open(Window $window): Window
    {
        $around = end($this->open) ?: null;
        // What a request makes of further requests is a part of it.
        if ($this->api === null || ($window->isRequest && ($around === null || $around->isRequest))) {
            return $window;
        }
        if ($around !== null) {
            $window->name = Window::clipped("$window->name #" . ++$this->number . " in {$this->outermost()->name}");
        }
        $window->id = $this->post($window, $around);
        if ($window->id !== '') {
            $this->open[] = $window;
            if ($around !== null) {
                $around->inner[] = $window;
            }
        }
        return $window;
    }

    public function close(Window $window): void
    {
        $at = array_search($window, $this->open, true);
        if ($at === false) {
            return;
        }
        array_splice($this->open, $at, 1);
        [$status, $body] = $this->api->ask('DELETE', "/api/v1/windows/$window->id") ?? [0, []];
        $known = $status === 200; // else its life was over
        $window->closed = $known ? [$body['window']['statements'], $body['findings']] : [0, []];
    }

    public function look(Window $window): array
    {
        if ($window->id === '' || $this->api === null) {
            return [0, []];
        }
        $this->api->flush();
        $shown = $this->api->window($window->id);
        return $shown === null ? [0, []] : [$shown['statements'], $this->api->findings($window->id)];
    }

    /** The window that was opened first of those that are open: the test. */
    public function outermost(): ?Window
    {
        return $this->open[0] ?? null;
    }

    private function post(Window $window, ?Window $around): string
    {
        $body = ['name' => $window->name, 'label' => $window->label, 'ttl_s' => self::LIFE_S];
        $body += $this->watched ?? Workers::connections();
        if ($around !== null) {
            $body['parent'] = $around->id;
        }
        [$status, $answer] = $this->api->ask('POST', '/api/v1/windows', $body) ?? [0, []];
        if ($status === 409) { // left open by a process that was killed
            foreach ($this->api->windows($window->name) as $row) {
                if ($row['open']) {
                    $this->api->ask('DELETE', "/api/v1/windows/{$row['id']}");
                }
            }
            [$status, $answer] = $this->api->ask('POST', '/api/v1/windows', $body) ?? [0, []];
        }
        return $status === 201 ? $answer['id'] : '';
    }
}
