<?php

use Onetrip\Api;
use Onetrip\Onetrip;
use Onetrip\Window;
use PHPUnit\Framework\AssertionFailedError;

final class WindowsTest extends OwnTestCase
{
    public function testAWindowHoldsWhatWasSentMeanwhile(): void
    {
        $this->books(3);
        $cart = Onetrip::window('cart', function (Window $cart) {
            $this->books(5);
            $this->assertSame(6, $cart->seen()[0]);
            return $cart;
        });
        $this->books(7);
        [$statements, $findings] = $cart->seen();
        $this->assertSame(6, $statements);
        $this->assertSame([5], array_map(fn ($finding) => $finding['evidence']['count'], $findings));
    }

    public function testWhatIsOutsideItsRequestsIsNotJudged(): void
    {
        Onetrip::window('test', function (Window $test) {
            $this->books(4);
            Onetrip::request('GET /books', fn () => Onetrip::request('GET /a/part', fn () => $this->ask('SELECT 1 FROM book')));
            $this->books(4);
            $this->assertSame(['GET /books'], array_map(fn ($window) => $window->label, $test->judged()));
            Onetrip::assertBudget(maxStatements: 1);
        });
    }

    public function testARequestThatNoWindowIsAroundIsNone(): void
    {
        Onetrip::request('GET /books', fn () => $this->ask('SELECT 1 FROM book'));
        $this->assertSame([], $this->named());
    }

    public function testAWindowThatAKilledProcessLeftOpenIsClosed(): void
    {
        $left = Onetrip::windows()->open(new Window('left'));
        Onetrip::begin(new Api(getenv('ONETRIP_TEST_API')));
        $again = Onetrip::window('left', function (Window $window) {
            $this->ask('SELECT 1 FROM book');
            return $window;
        });
        $this->assertSame(1, $again->seen()[0]);
        $this->assertNotSame($left->id, $again->id);
        $this->assertSame([false, false], array_column($this->named(), 'open'));
    }

    public function testAWindowWhoseLifeIsOverClosesWithoutAWord(): void
    {
        $reset = Onetrip::window('reset', function (Window $window) {
            $this->api->ask('POST', '/api/v1/reset');
            return $window;
        });
        $this->assertSame([0, []], $reset->seen());
    }

    public function testOtherApplicationsAreLeftOutWhenOneIsWatched(): void
    {
        $mine = new PDO("pgsql:application_name=mine");
        Onetrip::watch(applicationName: 'mine');
        $watched = Onetrip::window('watched', function (Window $window) use ($mine) {
            $mine->query('SELECT count(*) FROM author')->fetchAll();
            $this->books(3);
            return $window;
        });
        $this->assertSame(1, $watched->seen()[0]);
    }

    public function testNamesAreCutAtWhatTheProxyTakes(): void
    {
        $this->assertSame(1022, strlen(Window::clipped(str_repeat('é', 2000))));
        $this->assertSame(1023, strlen(Window::clipped('a' . str_repeat('é', 2000))));
        Onetrip::window("\xff\"" . str_repeat('é', 2000), fn () => Onetrip::window("\xc3", fn () => null));
        $this->assertCount(2, $this->named());
    }

    public function testABrokenBudgetSaysWhatWhereAndHowToMendIt(): void
    {
        Onetrip::window('cart', function (Window $cart) {
            $this->books(5);
            try {
                Onetrip::assertBudget(maxStatements: 5);
                $this->fail('nothing was said');
            } catch (AssertionFailedError $broken) {
                $lines = explode("\n", $broken->getMessage());
            }
            $this->assertSame('cart sent 6 statements, 5 are allowed', $lines[0]);
            $this->assertStringStartsWith('error[n-plus-one] cart: author was fetched 5 times', $lines[1]);
            $this->assertContains('  fed by    SELECT book: book.author_id → author.id, 5 of 5', $lines);
            $this->assertNotEmpty(preg_grep('/^  fix       ./', $lines));
            $cart->assertBudget(maxStatements: 6, noFindings: false);
            $cart->assertBudget(allow: ['n-plus-one']);
            $cart->assertBudget(allow: [$cart->seen()[1][0]['cause']]);
            $this->expectException(InvalidArgumentException::class);
            $cart->assertBudget(level: 'serious');
        });
    }

    public function testWhatIsBelowTheLevelBreaksNoBudget(): void
    {
        Onetrip::window('twice', function (Window $twice) {
            $this->ask('SELECT name FROM author WHERE id = 1');
            $this->ask('SELECT name FROM author WHERE id = 1');
            $this->assertSame(['duplicate-query'], array_column($twice->seen()[1], 'rule'));
            $twice->assertBudget(level: 'error');
            $this->expectException(AssertionFailedError::class);
            $twice->assertBudget();
        });
    }

    public function testStatementsOfPdoNameTheirLines(): void
    {
        putenv('ONETRIP_CALLSITE=on');
        $this->connection = new \Onetrip\Pdo('pgsql:');
        $window = Onetrip::window('lines', function (Window $window) {
            $this->books(5);
            $this->connection->exec('SET client_encoding = UTF8');
            $this->assertSame([[1]], $this->connection->query('SELECT 1', PDO::FETCH_NUM)->fetchAll());
            return $window;
        });
        putenv('ONETRIP_CALLSITE');
        ['file' => $file, 'function' => $function] = $window->seen()[1][0]['location'];
        $this->assertSame(['tests/own/OwnTestCase.php', 'ask'], [$file, $function]);
    }

    public function testWithoutAProxyEverythingDoesNothing(): void
    {
        Onetrip::begin(null);
        Onetrip::window('cart', function (Window $cart) {
            Onetrip::request('GET /books', fn () => $this->books(5));
            $this->assertSame([0, []], $cart->seen());
            $cart->assertBudget(maxStatements: 0);
            Onetrip::assertBudget(maxStatements: 0);
        });
        $this->assertSame([], $this->named());
    }
}
