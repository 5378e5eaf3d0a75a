<?php

namespace Onetrip\PHPUnit;

use Onetrip\Onetrip;
use Onetrip\Window;

/** For a TestCase of PHPUnit 9: what setUp() and tearDown() send is set-up also in a test that makes no request. */
trait Body
{
    protected function runTest()
    {
        $test = Onetrip::windows()->outermost();
        return $test === null ? parent::runTest()
            : Onetrip::windows()->within(new Window('body', $test->label), fn () => parent::runTest());
    }
}
