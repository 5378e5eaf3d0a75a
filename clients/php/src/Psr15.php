<?php

namespace Onetrip;

use Psr\Http\Message\ResponseInterface;
use Psr\Http\Message\ServerRequestInterface;
use Psr\Http\Server\MiddlewareInterface;
use Psr\Http\Server\RequestHandlerInterface;

/** Middleware of PSR-15, the first of all: a request that reaches the application in a test is a window. */
final class Psr15 implements MiddlewareInterface
{
    public function process(ServerRequestInterface $request, RequestHandlerInterface $handler): ResponseInterface
    {
        $label = $request->getMethod() . ' ' . Paths::folded($request->getUri()->getPath());
        return Onetrip::request($label, fn () => $handler->handle($request));
    }
}
