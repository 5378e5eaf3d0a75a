/** Express' middleware, the first of all. Where the proxy's API is, ONETRIP_API says; without it, as in production, it
 * does nothing. */
export function requestTags(): (request: any, response: any, next: (error?: any) => void) => void;

/** The same as a plugin of Fastify. */
export function fastifyRequestTags(fastify: any, options: unknown, done: (error?: Error) => void): void;
