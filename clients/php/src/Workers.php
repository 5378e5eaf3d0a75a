<?php

namespace Onetrip;

/** Test processes side by side: which connections are this one's. ParaTest numbers them in TEST_TOKEN. */
final class Workers
{
    /** Gives the connections that libpq will open an application_name that no other worker's have. */
    public static function nameConnections(): void
    {
        $ending = '-' . getenv('TEST_TOKEN');
        $name = getenv('PGAPPNAME') ?: 'tests';
        if ($ending !== '-' && !str_ends_with($name, $ending)) {
            putenv("PGAPPNAME=$name$ending");
        }
    }

    /** What tells this process's connections from those of others; empty: nothing, and nothing need. */
    public static function connections(): array
    {
        $name = (string) getenv('PGAPPNAME');
        return getenv('TEST_TOKEN') && $name !== '' ? ['application_name' => $name] : [];
    }
}
