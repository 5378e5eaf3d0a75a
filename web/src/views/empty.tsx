// Nothing was found: is there traffic, is there context, and what is missing?

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Code, Section } from "../parts/basics";
import { useData } from "../data";
import { count, plural, word } from "../format";
import { link } from "../route";
import type { Status } from "../types";

function Step({ done, title, children }: { done: boolean; title: string; children?: ComponentChildren }) {
  return (
    <li class={done ? "done" : ""}>
      <h2>
        {title}
        <span class="hidden">{done ? " (done)" : " (to do)"}</span>
      </h2>
      {children}
    </li>
  );
}

export function Empty() {
  const { value: status } = useData<Status>("/status", "often");
  if (!status) return <p class="quiet">Asking the proxy …</p>;
  const address = status.listen[0] ?? "127.0.0.1:6532";
  const seen = status.statements.total - status.statements.noise;
  const { trace = 0, tag = 0, named = 0, savepoint = 0, idle_gap = 0 } = status.windows.opened;
  const told = trace + tag + named + savepoint;
  const done = seen > 0 && told > 0;
  return (
    <>
      <h1>{seen > 0 ? "Nothing found so far" : "Waiting for the first statement"}</h1>
      <p class="lead">
        {seen > 0
          ? `${plural(seen, "statement")} in ${plural(told + idle_gap, "request")} ${word(seen, "was", "were")} looked at. A finding appears here as soon as there is one.`
          : "Onetrip watches what passes between the application and PostgreSQL. This page fills as it comes."}
      </p>
      <ol class="steps">
        <Step done={status.connections.total > 0} title={status.connections.total > 0 ? `${plural(status.connections.total, "connection")} came` : "Send traffic through the proxy"}>
          {status.connections.total === 0 && <Traffic address={address} />}
        </Step>
        <Step done={seen > 0} title={seen > 0 ? `${plural(seen, "statement")} of the application` : "Let it ask something"}>
          {seen === 0 && <p>Open a page of the application that lists things, or run its tests.</p>}
        </Step>
        <Step done={told > 0} title={told > 0 ? `${plural(told, "request")} told apart by tags` : "Say which request a statement belongs to"}>
          {!done && <Context />}
        </Step>
      </ol>
      {status.not_checked.length > 0 && (
        <Section title="What is missing">
          <ul class="notices">
            {status.not_checked.map((sentence) => (
              <li key={sentence} class="notice warning">
                {sentence}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <p class="quiet">
        <a href={link("status")}>Status</a> tells what else is known
        {told + idle_gap > 0 && (
          <>
            ; <a href={link("windows")}>Requests</a> lists the {count(told + idle_gap)} that came
          </>
        )}
        .
      </p>
    </>
  );
}

function Traffic({ address }: { address: string }) {
  const colon = address.lastIndexOf(":");
  const port = colon < 0 ? "" : address.slice(colon + 1);
  return (
    <>
      <p>Change one port. User, password, database and everything else stay as they are.</p>
      <Code name="the variables" text={`PGHOST=${colon < 0 ? address : address.slice(0, colon)}${port && ` PGPORT=${port}`}`} />
      <p>or in its URL</p>
      <Code name="the URL" text={`DATABASE_URL=postgres://user:password@${address}/database`} />
    </>
  );
}

const contexts: Record<string, { says: string; text: string }> = {
  Rails: {
    says: "config/environments/development.rb; on in new applications since 7.1",
    text: "config.active_record.query_log_tags_enabled = true\nconfig.active_record.query_log_tags = [:application, :controller, :action, :job, :request_id, :source_location]",
  },
  Django: {
    says: "settings.py, with google-cloud-sqlcommenter or django-sqlcommenter",
    text: "MIDDLEWARE = [\n    'google.cloud.sqlcommenter.django.middleware.SqlCommenter',\n    …\n]",
  },
  SQLAlchemy: {
    says: "with opentelemetry-instrumentation-sqlalchemy",
    text: "SQLAlchemyInstrumentor().instrument(engine=engine, enable_commenter=True)",
  },
  Laravel: { says: "with spatie/laravel-sql-commenter", text: "composer require spatie/laravel-sql-commenter" },
  "A test": {
    says: "any language: PostgreSQL itself takes this setting too",
    text: "SET onetrip.request = 'tests/test_cart.py::test_add';\n-- the test's statements\nRESET onetrip.request;",
  },
  "By hand": {
    says: "at the end of each statement",
    text: "SELECT … /*request_id='8f1c…',route='GET %2Fbooks'*/",
  },
};

function Context() {
  const [chosen, choose] = useState("Rails");
  const context = contexts[chosen]!;
  return (
    <>
      <p>
        Without tags, pauses on each connection tell requests apart, and findings carry neither route nor line. A comment in each statement
        says it for sure:
      </p>
      <div class="choice" role="group" aria-label="Framework">
        {Object.keys(contexts).map((name) => (
          <button key={name} type="button" aria-pressed={name === chosen} onClick={() => choose(name)}>
            {name}
          </button>
        ))}
      </div>
      <p class="quiet">{context.says}</p>
      <Code name={`the setting for ${chosen}`} text={context.text} />
    </>
  );
}
