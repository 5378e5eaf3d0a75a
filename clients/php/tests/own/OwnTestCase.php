<?php

use Onetrip\Api;
use Onetrip\Onetrip;
use PHPUnit\Framework\TestCase;

/**
 * The suite runs against a real proxy and a real server. tests/integration/test_php_client.py starts both; by hand:
 *
 *     ONETRIP_TEST_API=http://127.0.0.1:9188 PGHOST=127.0.0.1 PGPORT=6532 PGUSER=… PGDATABASE=… phpunit -c tests/own
 *
 * The database has the tables `author` and `book` of tests/integration/harness.py.
 */
abstract class OwnTestCase extends TestCase
{
    protected Api $api;
    protected PDO $connection;

    protected function setUp(): void
    {
        $address = getenv('ONETRIP_TEST_API') ?: self::fail('ONETRIP_TEST_API is not set: there is no proxy to test with');
        $this->api = new Api($address);
        $this->api->ask('POST', '/api/v1/reset');
        Onetrip::begin(new Api($address));
        $this->connection = new PDO('pgsql:');
    }

    protected function tearDown(): void
    {
        Onetrip::begin(null);
    }

    /** One N+1: the author of each of so many books. */
    protected function books(int $rows): void
    {
        foreach ($this->ask('SELECT author_id FROM book ORDER BY id LIMIT ?', $rows) as $author) {
            $this->ask('SELECT name FROM author WHERE id = ?', $author);
        }
    }

    protected function ask(string $sql, ...$values): array
    {
        $statement = $this->connection->prepare($sql);
        $statement->execute($values);
        return $statement->fetchAll(PDO::FETCH_COLUMN);
    }

    /** Named windows, the oldest first. */
    protected function named(): array
    {
        $rows = array_reverse($this->api->ask('GET', '/api/v1/windows?limit=2000')[1]['windows']);
        return array_values(array_filter($rows, fn ($row) => $row['source'] === 'named'));
    }
}
