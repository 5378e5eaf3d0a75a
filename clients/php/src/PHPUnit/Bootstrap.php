<?php

namespace Onetrip\PHPUnit;

use Onetrip\Onetrip;
use PHPUnit\Event\Test\Finished;
use PHPUnit\Event\Test\FinishedSubscriber;
use PHPUnit\Event\Test\PreparationStarted;
use PHPUnit\Event\Test\PreparationStartedSubscriber;
use PHPUnit\Event\Test\Prepared;
use PHPUnit\Event\Test\PreparedSubscriber;
use PHPUnit\Event\TestRunner\ExecutionFinished;
use PHPUnit\Event\TestRunner\ExecutionFinishedSubscriber;
use PHPUnit\Runner\Extension\Extension as RunnerExtension;
use PHPUnit\Runner\Extension\Facade;
use PHPUnit\Runner\Extension\ParameterCollection;
use PHPUnit\TextUI\Configuration\Configuration;

/** `<bootstrap class="Onetrip\PHPUnit\Bootstrap"/>` in phpunit.xml of PHPUnit 10 and later: each test is a window. */
final class Bootstrap implements RunnerExtension
{
    public function bootstrap(Configuration $configuration, Facade $facade, ParameterCollection $parameters): void
    {
        if (Onetrip::windows()->api === null) {
            return;
        }
        $tests = new Tests();
        $facade->registerSubscribers(
            new class ($tests) implements PreparationStartedSubscriber {
                public function __construct(private Tests $tests)
                {
                }

                public function notify(PreparationStarted $event): void
                {
                    $id = $event->test()->id();
                    $this->tests->begin($id, explode('#', $id)[0]);
                }
            },
            new class ($tests) implements PreparedSubscriber {
                public function __construct(private Tests $tests)
                {
                }

                public function notify(Prepared $event): void
                {
                    $this->tests->beginBody();
                }
            },
            new class ($tests) implements FinishedSubscriber {
                public function __construct(private Tests $tests)
                {
                }

                public function notify(Finished $event): void
                {
                    $this->tests->end();
                }
            },
            new class ($tests) implements ExecutionFinishedSubscriber {
                public function __construct(private Tests $tests)
                {
                }

                public function notify(ExecutionFinished $event): void
                {
                    $this->tests->end();
                    $this->tests->sayIfLost();
                }
            }
        );
    }
}
