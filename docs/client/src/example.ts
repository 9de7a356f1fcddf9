/** A front-end's requests, against the demo: node dist/example.js http://127.0.0.1:8000 */

import { Imprimatur, ProblemError, idempotencyKey, read } from "./index.js";

const site = process.argv[2] ?? "http://127.0.0.1:8000";
const reader = new Imprimatur({ site });

const known = await reader.article("ivig-back-pain", { audience: "patient" });
const { question, audience, review, references } = known.value;
console.log(`${question} For ${audience.name}: ${review.status}.`);
console.log(review.caution ?? review.statement);
console.log(`${references.length} references, ${references.filter((one) => one.retraction.status === "retracted").length} retracted.`);

const again = await reader.article("ivig-back-pain", { audience: "patient", known });
console.log(again.isNew ? "It changed meanwhile." : "What we have is still so.");

const { data: audiences } = await reader.api.GET("/api/v1/audiences/"); // for "Which best describes you?"
const chosen = audiences?.results.find((one) => one.falls_back_to !== null)?.code;
const theirs = await new Imprimatur({ site, audience: chosen }).article("ivig-back-pain");
console.log(theirs.value.audience_note ?? `There is a text for ${theirs.value.audience.name}.`);

const list = reader.api.GET("/api/v1/articles/", { params: { query: { page_size: 3 } } });
for await (const { slug, status, last_reviewed } of reader.rows(list)) {
  console.log(`- ${slug}: ${status}, last reviewed ${last_reviewed ?? "never"}`);
}

try {
  await reader.article("nobody-wrote-this");
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  console.log(error.tombstone?.notice ?? `${error.status} ${error.problem.code}`);
}

// The first post returns answers from approved articles; "not what I need" sends the question again, to the editors.
const follow = { params: { path: { slug: "ivig-back-pain" } } };
const text = "Does it help to walk about during the drip?";
const { value: offered } = read(await reader.api.POST("/api/v1/articles/{slug}/questions/", { ...follow, body: { text } }));
if ("answers" in offered) {
  for (const { question, passages } of offered.answers) console.log(`${offered.statement}: ${question} ${passages[0]?.page}`);
  await new Promise((done) => setTimeout(done, offered.keep.after_seconds * 1000));
  const body = { text, keep: true, token: offered.keep.token };
  const { value: kept } = read(await reader.api.POST("/api/v1/articles/{slug}/questions/", { ...follow, body }));
  if ("received_at" in kept) console.log(`The question was received at ${kept.received_at}.`);
}

const account = { username: "wanda", password: "imprimatur-demo", name: "Example client" };
const login = await reader.api.POST("/api/v1/tokens/", { body: account });
const writer = new Imprimatur({ site, token: read(login).value.token });
const { data: mine } = await writer.api.GET("/api/v1/versions/", { params: { query: { state: "approved" } } });
const version = mine?.results[0];
if (version === undefined) throw new Error("The demo has an approved version of Wanda's.");
console.log(`${version.article}, version ${version.number}: ${version.state}`);
for (const { action, allowed, reason } of version.allowed_actions) console.log(`- ${action}: ${allowed ? "yes" : reason}`);

if (version.allowed_actions.some(({ action, allowed }) => action === "revise" && allowed)) {
  // An idempotency key makes a retry safe; changing a draft needs the tag that was read.
  const revised = await writer.api.POST("/api/v1/versions/{version_id}/revise/", {
    params: { path: { version_id: version.id }, header: idempotencyKey() },
    body: {},
  });
  const draft = read(revised);
  const changed = await writer.api.PATCH("/api/v1/versions/{version_id}/", {
    params: { path: { version_id: draft.value.id }, header: { "If-Match": draft.etag ?? "" } },
    body: { question: `${draft.value.question} In adults?` },
  });
  console.log(`The next draft asks: ${read(changed).value.question}`);
}
