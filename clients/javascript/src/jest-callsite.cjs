// Jest: setupFiles = ["onetrip/jest-callsite"]. Each test file has a node-postgres of its own.
"use strict";

if (process.env.ONETRIP_API) globalThis.onetrip.followPg(require(require.resolve("pg", { paths: [process.cwd()] })));
