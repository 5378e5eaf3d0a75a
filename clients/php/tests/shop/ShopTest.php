<?php

use Onetrip\Onetrip;
use Onetrip\PHPUnit\Body;
use PHPUnit\Framework\TestCase;

final class ShopTest extends TestCase
{
    use Body;

    private Shop $shop;

    protected function setUp(): void
    {
        $this->shop = new Shop();
        Book::authors(9, Book::query()); // a loop, of the set-up
    }

    public function testLists(): void
    {
        $this->assertCount(5, $this->shop->get('/shelves/5')->getData());
        if (getenv('BUDGET')) {
            Onetrip::assertBudget(maxStatements: 2);
        }
    }

    public function testNothingThere(): void
    {
        $this->expectException(Symfony\Component\HttpKernel\Exception\NotFoundHttpException::class);
        $this->shop->get('/nothing/5');
    }

    /**
     * A test that makes no request.
     * @dataProvider parts
     */
    public function testMany(int $rows): void
    {
        $this->assertCount($rows, Book::authors($rows, Book::query()));
    }

    public function parts(): array
    {
        $part = getenv('PART'); // of two processes: 1 or 2
        return $part ? array_map(fn ($rows) => [$rows], range((int) $part, 8, 2)) : [[1]];
    }
}
