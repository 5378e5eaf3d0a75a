<?php

// A shop of Laravel's parts: Eloquent and its router.

use Illuminate\Container\Container;
use Illuminate\Database\Capsule\Manager as Database;
use Illuminate\Database\Eloquent\Model;
use Illuminate\Events\Dispatcher;
use Illuminate\Http\Request;
use Illuminate\Pipeline\Pipeline;
use Illuminate\Routing\Router;
use Onetrip\Laravel\Requests;

error_reporting(E_ALL & ~E_DEPRECATED); // Debian's Laravel is older than its PHP
require 'Illuminate/Database/autoload.php';
require 'Illuminate/Routing/autoload.php';
require 'Illuminate/Events/autoload.php';
require __DIR__ . '/../../autoload.php';

class Author extends Model
{
    protected $table = 'author';
}

class Book extends Model
{
    protected $table = 'book';

    public function author()
    {
        return $this->belongsTo(Author::class);
    }

    /** Of so many books. */
    public static function authors($count, $query)
    {
        return $query->orderBy('id')->limit($count)->get()->map(fn ($book) => $book->author->name);
    }
}

class Shop
{
    private Container $container;
    private Router $router;

    public function __construct()
    {
        $this->container = new Container();
        Container::setInstance($this->container);
        $this->router = new Router(new Dispatcher($this->container), $this->container);
        $this->container->instance('router', $this->router);
        $this->router->get('/shelves/{count}', fn ($count) => getenv('SHOP') === 'fixed'
            ? Book::authors($count, Book::with('author')) : Book::authors($count, Book::query()));
        $database = new Database($this->container);
        $database->addConnection(['driver' => 'pgsql', 'host' => getenv('PGHOST'), 'port' => getenv('PGPORT'),
            'database' => getenv('PGDATABASE'), 'username' => getenv('PGUSER'), 'charset' => 'utf8']);
        $database->bootEloquent();
    }

    /** As Laravel's kernel does it. */
    public function get(string $path)
    {
        return (new Pipeline($this->container))->send(Request::create($path))->through([Requests::class])
            ->then(fn ($request) => $this->router->dispatch($request));
    }
}
