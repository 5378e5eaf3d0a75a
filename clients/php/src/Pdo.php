<?php

namespace Onetrip;

/** PDO, whose statements name their lines where ONETRIP_CALLSITE=on asks for it. */
class Pdo extends \PDO
{
    public function prepare(string $query, array $options = []): \PDOStatement|false
    {
        return parent::prepare(Callsite::tagged($query), $options);
    }

    public function query(string $query, ?int $fetchMode = null, mixed ...$arguments): \PDOStatement|false
    {
        return parent::query(Callsite::tagged($query), $fetchMode, ...$arguments);
    }

    public function exec(string $statement): int|false
    {
        return parent::exec(Callsite::tagged($statement));
    }
}
