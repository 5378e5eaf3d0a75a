// Compiled, never run: what a project may write.
import { assertBudget, watch, window, withinBudget } from "onetrip";

const answer: number = await window("checkout", async (checkout) => {
  await checkout.assertBudget({ maxStatements: 3, level: "error", allow: ["duplicate-query"] });
  return (await checkout.seen()).statements;
}, { label: "checkout of a cart" });
const items: string[] = await withinBudget({ maxStatements: answer, noFindings: false }, () => ["cart"]);
await assertBudget({ name: items[0] } as {});
await globalThis.onetrip.assertBudget({ maxStatements: 2 });
watch({ database: "shop_1" });
// @ts-expect-error: there is no such level
await assertBudget({ level: "serious" });
