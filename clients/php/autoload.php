<?php

// For projects without Composer: require this file.
spl_autoload_register(static function (string $class): void {
    $file = __DIR__ . '/src/' . strtr(substr($class, strlen('Onetrip\\')), '\\', '/') . '.php';
    if (str_starts_with($class, 'Onetrip\\') && is_file($file)) {
        require $file;
    }
});
