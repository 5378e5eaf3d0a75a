const shop = require("./shop.cjs");

/** Tests that differ in how much they send. */
exports.many = function (file) {
  afterAll(() => shop.end());
  for (let number = 0; number < 6; ++number) test(`number ${number}`, () => shop.slow(file + number));
};
