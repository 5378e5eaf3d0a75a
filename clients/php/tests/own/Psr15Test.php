<?php

use Nyholm\Psr7\Response;
use Nyholm\Psr7\ServerRequest;
use Onetrip\Onetrip;
use Onetrip\Psr15;
use Psr\Http\Message\ResponseInterface;
use Psr\Http\Message\ServerRequestInterface;
use Psr\Http\Server\RequestHandlerInterface;

final class Psr15Test extends OwnTestCase implements RequestHandlerInterface
{
    public function handle(ServerRequestInterface $request): ResponseInterface
    {
        $this->books(2);
        return new Response(404);
    }

    public function testARequestInATestIsAWindow(): void
    {
        $request = new ServerRequest('GET', 'http://shop/shelves/17/?page=2');
        $ask = fn () => (new Psr15())->process($request, $this)->getStatusCode();
        $this->assertSame(404, $ask());
        $this->assertSame([], $this->named());
        $this->assertSame(404, Onetrip::window('test', $ask));
        $this->assertSame(['test' => 3, 'GET /shelves/:id/' => 3], array_column($this->named(), 'statements', 'label'));
    }
}
