module.exports = {
  testEnvironment: "onetrip/jest",
  setupFiles: process.env.CALLSITE === "on" ? ["onetrip/jest-callsite"] : [],
};
