<?php

require 'Nyholm/Psr7/autoload.php';
require __DIR__ . '/psr15.php';
require __DIR__ . '/../../autoload.php';
require __DIR__ . '/OwnTestCase.php';
