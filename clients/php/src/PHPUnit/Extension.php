<?php

namespace Onetrip\PHPUnit;

use Onetrip\Laravel\Connection;
use Onetrip\Onetrip;
use Onetrip\Window;
use Onetrip\Workers;
use PHPUnit\Runner\AfterLastTestHook;
use PHPUnit\Runner\AfterTestHook;
use PHPUnit\Runner\BeforeTestHook;

/** `<extension class="Onetrip\PHPUnit\Extension"/>` in phpunit.xml of PHPUnit 9: each test is a window. */
final class Extension implements BeforeTestHook, AfterTestHook, AfterLastTestHook
{
    private ?Window $test = null;

    public function __construct()
    {
        if (Onetrip::windows()->api === null) {
            return;
        }
        Workers::nameConnections();
        if (class_exists('Illuminate\Database\PostgresConnection')) {
            Connection::followIfAsked();
        }
    }

    public function executeBeforeTest(string $test): void
    {
        // Its data tells a test's runs apart; they are not another kind of request.
        $this->test = Onetrip::windows()->open(new Window($test, explode(' with data set ', $test)[0]));
    }

    public function executeAfterTest(string $test, float $time): void
    {
        if ($this->test !== null) {
            Onetrip::windows()->close($this->test);
        }
    }

    public function executeAfterLastTest(): void
    {
        $lost = Onetrip::windows()->api?->lost;
        if ($lost) {
            fwrite(STDERR, "onetrip: $lost; from then on tests were no windows\n");
        }
    }
}
