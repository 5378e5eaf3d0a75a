<?php

use Onetrip\Api;
use PHPUnit\Framework\TestCase;

/** It never throws, and says why it gave up. */
final class ApiTest extends TestCase
{
    private function closedPort(): string
    {
        $taken = stream_socket_server('tcp://127.0.0.1:0');
        return stream_socket_get_name($taken, false);
    }

    public function testNobodyAnswers(): void
    {
        $api = new Api($this->closedPort());
        $this->assertNull($api->ask('GET', '/'));
        $this->assertStringContainsString('does not answer: ', $api->lost);
        $this->assertStringContainsString('Connection refused', $api->lost);
        $this->assertSame([], $api->findings('x'));
    }

    /** @dataProvider addresses */
    public function testAnAddressThatMakesNoSense(string $address): void
    {
        $api = new Api($address);
        $this->assertNull($api->ask('GET', '/'));
        $this->assertNotSame('', $api->lost);
    }

    public function addresses(): array
    {
        return array_map(fn ($address) => [$address], ['https://127.0.0.1:1', 'ftp://x', 'http://127.0.0.1:port', '']);
    }

    public function testATokenThatCannotBeReadIsNoFaultOfATest(): void
    {
        $api = new Api($this->closedPort(), '/nowhere/token');
        $api->ask('GET', '/');
        $this->assertStringContainsString('No such file', $api->lost);
    }
}
