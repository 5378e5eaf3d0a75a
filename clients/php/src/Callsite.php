<?php

namespace Onetrip;

/**
 * Where in the project a statement comes from, as a comment in sqlcommenter's form at its end:
 *
 *     SELECT … /*callsite='app/Models/Order.php:41 in lines'*\/
 *
 * The comment is one more text for whoever looks at the SQL itself, so it is there only when ONETRIP_CALLSITE=on asks for
 * it. It is no statement, and the same for each run of one line, so prepared statements stay few.
 */
final class Callsite
{
    /** Parts of the paths of libraries. Debian's lie in /usr/share/php. */
    private const LIBRARIES = ['/vendor/', '/usr/share/php/', '/usr/bin/', 'phar://', "eval()'d"];

    public static function isAsked(): bool
    {
        return getenv('ONETRIP_CALLSITE') === 'on' && Onetrip::windows()->api !== null;
    }

    /**
     * `path:line in method` of the innermost frame that is no library's, the path from where we were started; null where
     * there is none inside the request.
     */
    public static function callsite(): ?string
    {
        $frames = debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS);
        foreach ($frames as $at => $frame) {
            if ($at > 0 && ($frame['class'] ?? '') === Onetrip::class && $frame['function'] === 'request') {
                return null; // what called the request did not send its statements
            }
            $file = $frame['file'] ?? '';
            if ($file === '' || self::isLibrary($file)) {
                continue;
            }
            $root = getcwd() . '/';
            $path = str_starts_with($file, $root) ? substr($file, strlen($root)) : $file;
            $method = $frames[$at + 1]['function'] ?? '';
            return "$path:{$frame['line']}" . (preg_match('/^\w+$/', $method) ? " in $method" : '');
        }
        return null;
    }

    public static function tagged(string $sql): string
    {
        $place = self::isAsked() && !str_contains($sql, '/*callsite=') ? self::callsite() : null;
        if ($place === null) {
            return $sql;
        }
        $value = preg_replace_callback('~[^\w./:() -]~', fn ($found) => rawurlencode($found[0]), $place);
        $text = rtrim($sql);
        $end = str_ends_with($text, ';') ? ';' : '';
        return substr($text, 0, strlen($text) - strlen($end)) . " /*callsite='$value'*/$end";
    }

    private static function isLibrary(string $file): bool
    {
        foreach (self::LIBRARIES as $part) {
            if (str_contains($file, $part)) {
                return true;
            }
        }
        return str_starts_with($file, __DIR__ . '/');
    }
}
