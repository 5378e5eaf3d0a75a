export interface Limits {
  /** The most statements that one request may send. */
  maxStatements?: number;
  /** false: findings are no matter. */
  noFindings?: boolean;
  /** The lowest level of findings that counts; "warning" if not said. */
  level?: "info" | "warning" | "error";
  /** Rules and causes that are accepted. */
  allow?: string[];
}

export interface Window {
  readonly name: string;
  readonly label: string;
  /** The requests that were made in it; itself where there were none. */
  judged(): Window[];
  /** What was sent in it, so far if it is open. */
  seen(): Promise<{ statements: number; findings: any[] }>;
  /** As assertBudget(), for this window. */
  assertBudget(limits?: Limits): Promise<void>;
}

/** A window as long as `run` takes, whose result it gives; in a test it is one of the test's requests. `label`, else
 * the name, is the kind of thing that it is, for budgets and reports. */
export function window<T>(name: string, run: (window: Window) => T | Promise<T>, options?: { label?: string }): Promise<T>;

/** Fails when a request that was made in the test that runs, or the test's own code where none was, sent more
 * statements than that, or when it shows a finding. Without a proxy it never fails. */
export function assertBudget(limits?: Limits): Promise<void>;

/** The same for what `run` does, in a window of its own. */
export function withinBudget<T>(limits: Limits & { name?: string }, run: () => T | Promise<T>): Promise<T>;

/** From now on windows hold only what is sent by connections to this database, or of this application_name; with
 * neither, what any connection sends. For workers whose connections are told apart in a way of their own. */
export function watch(connections?: { database?: string; applicationName?: string }): void;

/** Ends each statement of this node-postgres with a comment that names the line it comes from; where
 * ONETRIP_CALLSITE=on asks for it, that of the project is followed by itself. */
export function followPg(pg: object): void;

declare global {
  /** Under Jest, whose tests may be no ES modules. */
  var onetrip: {
    window: typeof window;
    assertBudget: typeof assertBudget;
    withinBudget: typeof withinBudget;
    watch: typeof watch;
    followPg: typeof followPg;
  };
}
