export default { test: { runner: "onetrip/vitest", env: { ONETRIP_CALLSITE: process.env.CALLSITE ?? "" } } };
