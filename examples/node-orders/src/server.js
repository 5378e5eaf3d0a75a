/** Serves the pages on PORT, or a free one; `--prepare` makes tables and rows first, in an empty database. */

import { app } from "./app.js";
import { prepare } from "./database.js";

if (process.argv.includes("--prepare")) await prepare();
const server = app.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => {
  console.log(`node-orders listening on http://127.0.0.1:${server.address().port}`);
});
