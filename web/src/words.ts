// What the API's words mean, for people.

import type { Finding, WindowName, WindowRow } from "./types";

export const sources: Record<WindowName["source"], { name: string; means: string }> = {
  trace: { name: "trace", means: "The traceparent in the statements' comments tells which request they belong to." },
  tag: { name: "tag", means: "A request id in the statements' comments or settings tells which request they belong to." },
  savepoint: { name: "savepoint", means: "A test of its own: one savepoint of a transaction that holds several." },
  idle_gap: {
    name: "pauses",
    means: "No tag tells requests apart, so a pause on the connection does. Tag statements with a traceparent or request_id to be sure.",
  },
  named: { name: "name", means: "Opened by name, by a test or through the API; it holds the requests made in it." },
};

export const confidences: Record<Finding["confidence"], string> = {
  proven: "The values themselves prove it: a foreign key, the same column, or values that cannot meet by chance.",
  likely: "Names and coverage say so, or requests could not be told apart for sure.",
  possible: "It repeats like a loop; what feeds it was not seen.",
};

export const orms: Record<string, string> = {
  django: "Django", rails: "Rails", sqlalchemy: "SQLAlchemy", laravel: "Laravel", prisma: "Prisma", gorm: "GORM",
  typeorm: "TypeORM", sequelize: "Sequelize", hibernate: "Hibernate", drizzle: "Drizzle", doctrine: "Doctrine",
  psycopg2: "psycopg2", psycopg3: "psycopg 3", asyncpg: "asyncpg", pgx: "pgx",
};

export const directions: Record<string, string> = {
  forward: "along the foreign key",
  reverse: "against the foreign key, to the rows that refer to it",
  many_to_many: "through a junction table",
  refetch: "the same row, read again",
};

export const blindness: Record<string, string> = {
  encrypted: "encrypted between client and server",
  out_of_sync: "spoke in a way that was not understood",
  too_large: "needed more memory than the limits allow",
  dropped: "said more than the analysis kept up with",
};

export const goneRequest = "Requests do not outlive a restart of Onetrip, and the oldest make room for new ones.";

export function titleOf(window: WindowRow): string {
  return window.label || window.application || "Request";
}

export function nameOf(window: WindowName): string {
  return window.name || window.id.slice(0, 8);
}
