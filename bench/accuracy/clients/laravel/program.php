<?php
// Runs the cases with Laravel's Eloquent, as ../../README.md says under "A client program".

use Illuminate\Database\Capsule\Manager as DB;
use Illuminate\Database\Connection;
use Illuminate\Database\PostgresConnection;

error_reporting(E_ALL & ~E_DEPRECATED); // Debian's Eloquent is older than its PHP
ini_set('display_errors', 'stderr');
require 'Illuminate/Database/autoload.php';

/** What the request that runs now is tagged with, in the form of Laravel's commenters. */
class Tags
{
    public static $flags = [];
    public static $route = '';
    private static $traceparent = null;

    public static function request()
    {
        $random = fn ($bytes) => bin2hex(random_bytes($bytes));
        self::$traceparent = in_array('tag', self::$flags) ? "00-{$random(16)}-{$random(8)}-01" : null;
    }

    public static function on($sql)
    {
        if (self::$traceparent === null) {
            return $sql;
        }
        $tags = ['db_driver' => 'pgsql', 'framework' => 'laravel-8.83', 'route' => self::$route,
            'traceparent' => self::$traceparent];
        $pairs = array_map(fn ($key, $value) => $key."='".rawurlencode($value)."'", array_keys($tags), $tags);
        return $sql.'/*'.implode(',', $pairs).'*/';
    }
}

class TaggedConnection extends PostgresConnection
{
    protected function run($query, $bindings, Closure $callback)
    {
        return parent::run(Tags::on($query), $bindings, $callback);
    }
}

Connection::resolverFor('pgsql', fn (...$arguments) => new TaggedConnection(...$arguments));
require 'models.php';
$cases = require 'cases.php';

$database = new DB;
$database->setAsGlobal();
$database->bootEloquent();

function run_case($work, $name, $n, $flags)
{
    global $database;
    [Tags::$flags, Tags::$route] = [$flags, "/$name"];
    Tags::request();
    $database->addConnection([
        'driver' => 'pgsql', 'url' => getenv('DATABASE_URL'), 'charset' => 'utf8', 'search_path' => 'public',
        'options' => [PDO::ATTR_EMULATE_PREPARES => in_array('simple', $flags)],
    ]);
    try {
        in_array('tx', $flags) ? DB::transaction(fn () => $work($n)) : $work($n);
    } finally {
        $database->getDatabaseManager()->purge();
    }
}

while (($line = fgets(STDIN)) !== false) {
    $flags = explode(' ', trim($line));
    [$name, $n] = array_splice($flags, 0, 2);
    try {
        if (!isset($cases[$name])) {
            throw new RuntimeException("no case $name");
        }
        run_case($cases[$name], $name, (int) $n, $flags);
        echo "ok\n";
    } catch (Throwable $error) {
        fwrite(STDERR, "$error\n");
        echo 'failed ', strtok($error->getMessage(), "\n"), "\n";
    }
}
