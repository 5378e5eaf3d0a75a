<?php

namespace Onetrip;

/**
 * Tells the Onetrip proxy which test, and which request in it, a statement belongs to. ONETRIP_API says where the proxy's
 * API is; `onetrip exec` sets it. Without it, and when nobody answers there, everything here does nothing.
 */
final class Onetrip
{
    private static ?Windows $windows = null;

    /** The windows of this process; ONETRIP_API is read when it is first asked for. */
    public static function windows(): Windows
    {
        return self::$windows ??= new Windows(Api::fromEnvironment());
    }

    /** For this package's own tests: this process as one that has this API, or none. */
    public static function begin(?Api $api): void
    {
        self::$windows = new Windows($api);
    }

    /**
     * What `$block`, which is given the window, returns. In a test it is one of the test's requests. `$label`, else the
     * name, is the kind of thing that it is, for budgets and reports.
     */
    public static function window(string $name, callable $block, string $label = ''): mixed
    {
        return self::windows()->within(new Window($name, $label), $block);
    }

    /** A request. Where no window is around it, or a request is, it is no window. */
    public static function request(string $label, callable $block): mixed
    {
        return self::windows()->within(new Window($label, '', true), $block);
    }

    /** Of the test that runs, as Window's. */
    public static function assertBudget(
        ?int $maxStatements = null,
        bool $noFindings = true,
        string $level = 'warning',
        array $allow = []
    ): void {
        $test = self::windows()->outermost() ?? new Window('');
        $test->assertBudget($maxStatements, $noFindings, $level, $allow);
    }

    /**
     * From now on windows hold only what is sent by connections to this database, or of this application_name; with
     * neither, what any connection sends. For test runs in parallel whose connections are told apart in another way.
     */
    public static function watch(string $database = '', string $applicationName = ''): void
    {
        self::windows()->watched = array_filter(['database' => $database, 'application_name' => $applicationName]);
    }
}
