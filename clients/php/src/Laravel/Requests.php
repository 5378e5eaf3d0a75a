<?php

namespace Onetrip\Laravel;

use Closure;
use Illuminate\Container\Container;
use Onetrip\Onetrip;
use Onetrip\Paths;

/** Middleware, the first of all: a request that reaches the application in a test is a window: `GET /orders/{id}`. */
final class Requests
{
    public function handle($request, Closure $next)
    {
        if (Onetrip::windows()->outermost() === null) {
            return $next($request);
        }
        return Onetrip::request($request->method() . ' ' . self::route($request), fn () => $next($request));
    }

    /** An application may do in its router what it likes; a label is no reason for a test to fail. */
    private static function route($request): string
    {
        try {
            $routes = Container::getInstance()->make('router')->getRoutes();
            return '/' . ltrim($routes->match(clone $request)->uri(), '/');
        } catch (\Throwable) {
            return Paths::folded($request->getPathInfo());
        }
    }
}
