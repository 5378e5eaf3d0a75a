<?php

namespace Onetrip;

/** A window that is open, or was. Without a proxy it is no window, and everything it is asked does nothing. */
final class Window
{
    private const LONGEST_NAME = 1024; // bytes

    public string $label;
    public string $id = ''; // none: no window
    /** @var Window[] */
    public array $inner = [];
    /** [statements, findings] */
    public ?array $closed = null;

    public function __construct(public string $name, string $label = '', public bool $isRequest = false)
    {
        $this->label = self::clipped($label === '' ? $name : $label);
        $this->name = self::clipped($name);
    }

    /** The requests that were made in it; itself where there were none. All else that was sent in it is set-up. */
    public function judged(): array
    {
        return $this->inner === [] ? [$this] : array_merge(...array_map(fn ($window) => $window->judged(), $this->inner));
    }

    /** What was sent in it, so far if it is open: [statements, findings]. */
    public function seen(): array
    {
        return $this->closed ?? Onetrip::windows()->look($this);
    }

    /**
     * Fails when a request that was made in it, or it itself where none was, sent more statements than that, or when it
     * shows a finding of this level (info, warning, error) or a worse one. `$allow`: rules and causes that are accepted.
     * Without a proxy it never fails.
     */
    public function assertBudget(
        ?int $maxStatements = null,
        bool $noFindings = true,
        string $level = 'warning',
        array $allow = []
    ): void {
        if (!in_array($level, Budget::LEVELS, true)) {
            throw new \InvalidArgumentException("level is \"$level\": it is one of " . implode(', ', Budget::LEVELS));
        }
        $complaints = [];
        foreach ($this->judged() as $window) {
            if ($window->id !== '') {
                [$statements, $findings] = $window->seen();
                array_push($complaints, ...Budget::complaints($window->label, $statements, $findings, $maxStatements,
                    $noFindings ? $level : null, $allow));
            }
        }
        if ($complaints !== []) {
            $failure = 'PHPUnit\Framework\AssertionFailedError';
            throw new (class_exists($failure) ? $failure : \RuntimeException::class)(implode("\n", $complaints));
        }
        if (class_exists('PHPUnit\Framework\Assert')) {
            \PHPUnit\Framework\Assert::assertTrue(true); // or a test with this alone would be called risky
        }
    }

    public static function clipped(string $name): string
    {
        $name = json_decode(json_encode($name, JSON_INVALID_UTF8_SUBSTITUTE));
        // No half of a character at the end.
        return strlen($name) <= self::LONGEST_NAME ? $name
            : preg_replace('/[\xC2-\xF4][\x80-\xBF]{0,2}$/D', '', substr($name, 0, self::LONGEST_NAME));
    }
}
