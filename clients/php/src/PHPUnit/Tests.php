<?php

namespace Onetrip\PHPUnit;

use Onetrip\Laravel\Connection;
use Onetrip\Onetrip;
use Onetrip\Window;
use Onetrip\Workers;

/** The test that runs, whichever PHPUnit runs it: a window, and in that one while the test's own code runs. */
final class Tests
{
    private ?Window $test = null;
    private ?Window $body = null;

    public function __construct()
    {
        Workers::nameConnections();
        if (class_exists('Illuminate\Database\PostgresConnection')) {
            Connection::followIfAsked();
        }
    }

    /** Its data tells a test's runs apart; they are not another kind of request, and no part of the label. */
    public function begin(string $name, string $label): void
    {
        $this->end(); // of one whose end was not told, as its setUp() failed
        $this->test = Onetrip::windows()->open(new Window($name, $label));
    }

    public function beginBody(): void
    {
        $this->body = Onetrip::windows()->open(new Window('body', $this->test->label));
    }

    public function end(): void
    {
        foreach (array_filter([$this->body, $this->test]) as $window) {
            Onetrip::windows()->close($window);
        }
        $this->test = $this->body = null;
    }

    public function sayIfLost(): void
    {
        $lost = Onetrip::windows()->api->lost;
        if ($lost !== '') {
            fwrite(STDERR, "onetrip: $lost; from then on tests were no windows\n");
        }
    }
}
