<?php

namespace Onetrip;

final class Paths
{
    /** A path that no route is known of, with `:id` for what looks like one. */
    public static function folded(string $path): string
    {
        $part = fn (string $part) => preg_match('/^(\d+|(?=.*\d)[0-9a-fA-F-]{16,})$/D', $part) ? ':id' : $part;
        return implode('/', array_map($part, explode('/', $path)));
    }
}
