// Small parts that every view is made of.

import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { colourOf } from "../colour";
import { count } from "../format";
import { live } from "../live";
import { link } from "../route";
import { holds, report, useToken, type ApiError } from "../source";
import type { Finding, Severity } from "../types";
import { confidences } from "../words";

export function Mark({ severity }: { severity: Severity }) {
  return <span class={`mark ${severity}`}>{severity}</span>;
}

/** A link, or its words alone where a report does not hold what it leads to. */
export function To({ view, id, row, children }: { view: string; id: string; row?: boolean; children: ComponentChildren }) {
  if (!holds(view, id)) return <>{children}</>;
  return (
    <a data-row={row} href={link(view, id)}>
      {children}
    </a>
  );
}

export function Confidence({ value }: { value: Finding["confidence"] }) {
  return (
    <span class={`tag ${value}`} title={confidences[value]}>
      {value}
    </span>
  );
}

/** The colour of a statement, with its summary. */
export function Statement({ of, colour }: { of: { fingerprint: string; summary: string }; colour?: string | undefined }) {
  return (
    <span class="statement">
      <i class="swatch" style={{ background: colour ?? colourOf(of.fingerprint) }} />
      {of.summary || of.fingerprint}
    </span>
  );
}

export function Figure({ name, children, title }: { name: string; children: ComponentChildren; title?: string }) {
  return (
    <div class="figure" title={title}>
      <dd>{children}</dd>
      <dt>{name}</dt>
    </div>
  );
}

/** Copies where the browser lets us; else marks the text, so that one can. */
export async function copy(text: string, element: HTMLElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    if (element) getSelection()?.selectAllChildren(element);
    return document.execCommand("copy");
  }
}

const keyword =
  /\b(SELECT|FROM|WHERE|AND|OR|NOT|IN|IS|NULL|ANY|EXISTS|JOIN|LEFT|RIGHT|INNER|OUTER|FULL|CROSS|LATERAL|ON|USING|AS|ORDER|GROUP|BY|HAVING|LIMIT|OFFSET|INSERT|INTO|VALUES|UPDATE|SET|DELETE|RETURNING|WITH|UNION|ALL|DISTINCT|CASE|WHEN|THEN|ELSE|END|ASC|DESC|COUNT|BETWEEN|LIKE)\b/gi;

/** Quoted names and texts stay as they are; keywords are set apart. */
function coloured(sql: string): ComponentChildren {
  return sql.split(/("[^"]*"|'[^']*')/).map((piece, at) =>
    at % 2 === 1 ? piece : piece.split(keyword).map((word, odd) => (odd % 2 === 1 ? <b>{word}</b> : word)),
  );
}

export function Code({ text, sql, name }: { text: string; sql?: boolean; name: string }) {
  const [copied, setCopied] = useState("");
  const element = useRef<HTMLElement>(null);
  const press = async () => {
    setCopied((await copy(text, element.current)) ? "Copied" : "Marked");
    setTimeout(() => setCopied(""), 1500);
  };
  return (
    <div class="code">
      <pre tabIndex={0} aria-label={name}>
        <code ref={element}>{sql ? coloured(text) : text}</code>
      </pre>
      <button type="button" onClick={press} aria-label={`Copy ${name}`}>
        <span aria-live="polite">{copied || "Copy"}</span>
      </button>
    </div>
  );
}

export function Section({ title, aside, children }: { title: string; aside?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section>
      <h2>
        {title}
        {aside && <small>{aside}</small>}
      </h2>
      {children}
    </section>
  );
}

export function Share({ value, colour }: { value: number; colour?: string }) {
  return (
    <span class="share" aria-hidden="true">
      <i style={{ width: `${Math.min(100, value * 100)}%`, background: colour }} />
    </span>
  );
}

export function Times({ value }: { value: number }) {
  return <span class="times">×{count(value)}</span>;
}

export function Trouble({ error }: { error: ApiError }) {
  if (error.status === 401) return <AskToken />;
  return (
    <div class="notice warning" role="status">
      <p>{error.message}</p>
    </div>
  );
}

/** Room for a table that may be wider than the screen; the keyboard moves it, too. */
export function Scroll({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={name}>
      {children}
    </div>
  );
}

/** What a link leads to, while it is asked for, or when it is not there; `children`: why it may not be. */
export function Absent({ error, view, children }: { error: ApiError | null; view: string; children: ComponentChildren }) {
  if (!error) return <Loading />;
  if (error.status !== 404) return <Trouble error={error} />;
  return (
    <>
      <h1>Not there any more</h1>
      <p>{report ? error.message : children}</p>
      <p>
        <a class="button" href={link(view)}>
          Show what there is
        </a>
      </p>
    </>
  );
}

/** Beyond loopback the API demands the token of admin.token_file. */
function AskToken() {
  const [typed, setTyped] = useState("");
  const send = (event: Event) => {
    event.preventDefault();
    useToken(typed.trim());
    location.reload();
  };
  return (
    <form class="notice" onSubmit={send}>
      <p>
        <label for="token">The token of admin.token_file is needed to see what is here.</label>
      </p>
      <p class="line">
        <input id="token" type="password" autocomplete="off" value={typed} onInput={(e) => setTyped(e.currentTarget.value)} />
        <button type="submit">Show</button>
      </p>
    </form>
  );
}

export function Loading() {
  return (
    <p class="quiet" role="status">
      {live.state === "report" ? "Reading the report …" : "Asking the proxy …"}
    </p>
  );
}
