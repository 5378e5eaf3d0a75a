<?php

namespace Onetrip;

/** Whether requests kept what a test allows them, and the words for it where they did not. */
final class Budget
{
    public const LEVELS = ['info', 'warning', 'error'];

    /** What breaks it in a request; empty when all is well. `$level` is the lowest that counts, null: none does. */
    public static function complaints(
        string $label,
        int $statements,
        array $findings,
        ?int $maxStatements,
        ?string $level,
        array $allow
    ): array {
        $lines = [];
        if ($maxStatements !== null && $statements > $maxStatements) {
            $lines[] = "$label sent $statements statements, $maxStatements are allowed";
        }
        $counts = fn (array $finding): bool => $level !== null
            && array_search($finding['severity'], self::LEVELS, true) >= array_search($level, self::LEVELS, true)
            && !in_array($finding['rule'], $allow, true) && !in_array($finding['cause'], $allow, true);
        return [...$lines, ...array_map([self::class, 'text'], array_filter($findings, $counts))];
    }

    /** As the proxy's own report has it. */
    private static function text(array $finding): string
    {
        $advice = $finding['advice'];
        $rows = ['statement' => $finding['statement']['text'], 'fed by' => self::fedBy($finding),
            'fix' => $advice['code'] ?: $advice['sql'] ?: $advice['why'],
            'where' => self::place($finding['location']), 'accept' => $finding['cause']];
        $lines = ["{$finding['severity']}[{$finding['rule']}] {$finding['label']}: {$finding['title']}"];
        foreach (array_filter($rows) as $name => $text) {
            $lines[] = sprintf('  %-9s %s', $name, $text);
        }
        return implode("\n", $lines);
    }

    private static function fedBy(array $finding): string
    {
        ['parent' => $parent, 'link' => $link] = $finding;
        return $parent && $link ? "{$parent['summary']}: {$link['parent_column']} → {$link['child_column']}, "
            . "{$link['matched']} of {$parent['rows']}" : '';
    }

    private static function place(?array $location): string
    {
        $function = $location['function'] ?? '';
        return $location ? "{$location['file']}:{$location['line']}" . ($function ? " in $function" : '') : '';
    }
}
