<?php

namespace Onetrip\Laravel;

use Closure;
use Illuminate\Database\PostgresConnection;
use Onetrip\Callsite;

/** Eloquent's, whose statements name their lines. */
final class Connection extends PostgresConnection
{
    /** Connections that Laravel makes from now on, where ONETRIP_CALLSITE=on asks for it. */
    public static function followIfAsked(): void
    {
        if (Callsite::isAsked()) {
            self::resolverFor('pgsql', fn (...$arguments) => new self(...$arguments));
        }
    }

    protected function run($query, $bindings, Closure $callback)
    {
        return parent::run(Callsite::tagged($query), $bindings, $callback);
    }
}
