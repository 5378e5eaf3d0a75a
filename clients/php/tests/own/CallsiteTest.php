<?php

use Onetrip\Api;
use Onetrip\Callsite;
use Onetrip\Onetrip;
use Onetrip\Paths;
use PHPUnit\Framework\TestCase;

final class CallsiteTest extends TestCase
{
    protected function setUp(): void
    {
        Onetrip::begin(new Api('127.0.0.1:1'));
        putenv('ONETRIP_CALLSITE=on');
    }

    protected function tearDown(): void
    {
        Onetrip::begin(null);
        putenv('ONETRIP_CALLSITE');
    }

    public function testItIsTheInnermostFrameThatIsNoLibrarys(): void
    {
        $this->assertSame('tests/own/CallsiteTest.php:25 in ' . __FUNCTION__, Callsite::callsite());
    }

    public function testItDoesNotLookBeyondTheRequest(): void
    {
        Onetrip::begin(null);
        $this->assertNull(Onetrip::request('GET /', [Callsite::class, 'callsite']));
    }

    public function testItStandsAtTheStatementsEnd(): void
    {
        $comment = "/*callsite='tests/own/CallsiteTest.php:" . __LINE__ + 1 . ' in ' . __FUNCTION__ . "'*/";
        $tagged = [Callsite::tagged('SELECT 1'), Callsite::tagged("SELECT 1;"), Callsite::tagged("SELECT 1 ; \n")];
        $this->assertSame(["SELECT 1 $comment", "SELECT 1 $comment;", "SELECT 1  $comment;"], $tagged);
        $this->assertSame($tagged[0], Callsite::tagged($tagged[0]));
    }

    public function testNotAskedForThereIsNone(): void
    {
        putenv('ONETRIP_CALLSITE');
        $this->assertSame('SELECT 1', Callsite::tagged('SELECT 1'));
        putenv('ONETRIP_CALLSITE=on');
        Onetrip::begin(null);
        $this->assertSame('SELECT 1', Callsite::tagged('SELECT 1'));
    }

    public function testAPathWithoutARouteIsFolded(): void
    {
        $this->assertSame('/a/books/:id/:id/page/', Paths::folded('/a/books/17/0123456789abcdef0/page/'));
    }
}
