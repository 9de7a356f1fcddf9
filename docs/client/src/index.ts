/** A typed client of the Imprimatur API: `api` has every operation, the other methods what they have in common. */

import createFetchClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.js";

export type { components, paths } from "./schema.js";

type Schemas = components["schemas"];
export type Article = Schemas["ReaderArticle"];
export type ListedArticle = Schemas["ListedArticle"];
export type Problem = Schemas["Problem"];
/** The problem that a retracted article answers. */
export type Tombstone = Problem & Schemas["Tombstone"];

/** A refusal of the API: `problem.code` is for programs, `message` for people, `retryAfter` the seconds to wait, if known. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem, readonly retryAfter: number | null = null) {
    super(problem.detail);
    this.name = "ProblemError";
  }

  get status(): number {
    return this.problem.status;
  }

  /** Whether the same request may succeed later: it came too often, met an outage, or another request is in progress. */
  get isTemporary(): boolean {
    return this.retryAfter !== null || this.status === 503;
  }

  /** For a retracted article, what to show in its place. */
  get tombstone(): Tombstone | null {
    return this.status === 410 && "retracted_at" in this.problem ? (this.problem as Tombstone) : null;
  }
}

export interface Options {
  /** Where the site is: `https://answers.example.org` */
  site: string;
  /** From `POST /api/v1/tokens/`. Readers need none; it is sent to `site` only. */
  token?: string;
  /** The audience that the reader chose, as you stored it. The API ignores one that no longer exists. */
  audience?: string | undefined;
  fetch?: typeof globalThis.fetch;
}

/** A resource as it was read, with the `ETag` of that state. */
export interface Read<T> {
  value: T;
  etag: string | null;
  /** False when it was known already: the API answered 304. */
  isNew: boolean;
}

interface Page<Row> {
  results: Row[];
  next: string | null;
}

interface Answer<T> {
  data?: T;
  response: Response;
}

export class Imprimatur {
  /** Every operation, typed, with responses in JSON. Throws `ProblemError` for every refusal; otherwise `data` is set. */
  readonly api: Client<paths, "application/json">;
  readonly #site: string;
  readonly #token: string | undefined;
  readonly #audience: string | undefined;
  readonly #fetch: typeof globalThis.fetch;

  constructor({ site, token, audience, fetch = globalThis.fetch.bind(globalThis) }: Options) {
    this.#site = new URL(site).origin;
    this.#token = token;
    this.#audience = audience;
    this.#fetch = fetch;
    this.api = createFetchClient<paths, "application/json">({ baseUrl: this.#site, fetch: (request) => this.#send(request) });
  }

  /** An article for an audience (default: the reader's choice, else the primary text). Pass `known` to revalidate it only. */
  async article(slug: string, { audience, known }: { audience?: string; known?: Read<Article> } = {}): Promise<Read<Article>> {
    const query = audience === undefined ? {} : { audience };
    const header = this.#audience === undefined ? {} : { "Audience-Preference": this.#audience };
    const headers = known?.etag ? { "If-None-Match": known.etag } : {};
    const asked = await this.api.GET("/api/v1/articles/{slug}/", { params: { path: { slug }, query, header }, headers });
    return known && asked.response.status === 304 ? { ...known, isNew: false } : read(asked);
  }

  /** All rows of a list, page by page: `for await (const row of client.rows(client.api.GET("/api/v1/articles/")))` */
  async *rows<Row>(first: Promise<Answer<Page<Row>>>): AsyncGenerator<Row, void, undefined> {
    let page = read(await first).value;
    yield* page.results;
    while (page.next !== null) {
      if (new URL(page.next).origin !== this.#site) throw new TypeError(`The next page is elsewhere: ${page.next}`);
      page = (await (await this.#send(new Request(page.next))).json()) as Page<Row>;
      yield* page.results;
    }
  }

  async #send(request: Request): Promise<Response> {
    if (this.#token !== undefined) request.headers.set("Authorization", `Token ${this.#token}`);
    const response = await this.#fetch(request);
    if (response.status >= 400) throw new ProblemError(await problemOf(response), secondsOf(response.headers.get("Retry-After")));
    return response;
  }
}

/** The response with its tag. Send the tag as `If-Match` to change exactly that state. */
export function read<T>({ data, response }: Answer<T>): Read<T> {
  if (data === undefined) throw new TypeError(`${response.url} answered ${response.status} without content.`);
  return { value: data, etag: response.headers.get("ETag"), isNew: true };
}

/** For `params.header` of a POST. Reuse it in retries: one key has its effect only once. */
export function idempotencyKey(): { "Idempotency-Key": string } {
  // Unique for this account, but not secret: Web Crypto is missing in Node.js 18 and on pages without TLS.
  const part = () => Math.random().toString(36).slice(2);
  return { "Idempotency-Key": `${Date.now().toString(36)}-${part()}${part()}` };
}

/** `Retry-After` in seconds, as the API sends it; null for a date, which a proxy may send. */
function secondsOf(header: string | null): number | null {
  return header !== null && /^\d+$/.test(header) ? Number(header) : null;
}

/** The problem in the response, or one for a response that did not come from the API, such as a proxy's. */
async function problemOf(response: Response): Promise<Problem> {
  if (response.headers.get("Content-Type")?.startsWith("application/problem+json")) return (await response.json()) as Problem;
  const { status, statusText, url } = response;
  const words = { type: "about:blank", title: statusText, detail: `${status} ${statusText}`, code: "not_from_the_api" };
  return { ...words, status, instance: url, errors: [], request_id: response.headers.get("X-Request-ID") ?? "" };
}
