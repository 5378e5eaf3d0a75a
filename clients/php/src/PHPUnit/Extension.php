<?php

namespace Onetrip\PHPUnit;

use Onetrip\Onetrip;
use PHPUnit\Runner\AfterLastTestHook;
use PHPUnit\Runner\AfterTestHook;
use PHPUnit\Runner\BeforeTestHook;

/** `<extension class="Onetrip\PHPUnit\Extension"/>` in phpunit.xml of PHPUnit 9: each test is a window. */
final class Extension implements BeforeTestHook, AfterTestHook, AfterLastTestHook
{
    private ?Tests $tests = null;

    public function __construct()
    {
        $this->tests = Onetrip::windows()->api === null ? null : new Tests();
    }

    public function executeBeforeTest(string $test): void
    {
        $this->tests?->begin($test, explode(' with data set ', $test)[0]);
    }

    public function executeAfterTest(string $test, float $time): void
    {
        $this->tests?->end();
    }

    public function executeAfterLastTest(): void
    {
        $this->tests?->sayIfLost();
    }
}
