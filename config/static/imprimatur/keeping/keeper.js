// Keeps what is typed: at once in this browser, and on the server as soon as it answers.

import { all, drop, put, works } from "./store.js";

const WAIT = 700; // milliseconds without a key before the server is told
const RETRY = 4000; // milliseconds until a lost connection is tried again
const A_LOT = 100; // characters for each further millisecond of waiting: long texts are not sent after each word
const OUTLIVES = 20_000; // characters that a closing tab may still send: browsers allow 64 KB

/** Talks to the door that a page names, for the forms on it. `onState` is told how the saving stands, `onTrouble` what the person must know. */
export class Keeper {
  constructor({ address, owner, drafts, onState, onTrouble, onConflict }) {
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    Object.assign(this, { address, owner, token, onState, onTrouble, onConflict });
    this.seen = new Map(Object.entries(drafts).map(([key, draft]) => [key, draft.saved_at]));
    this.waiting = new Map();
    this.refused = new Set();
    this.timer = null;
    this.sending = Promise.resolve();
    this.isSending = false;
    this.isOut = false;
    window.addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.flush();
      else if (this.waiting.size) this.flush();
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.waiting.size) this.flush();
      if (!works() && this.waiting.size) event.preventDefault();
    });
  }

  storeKey(key) {
    return `typed ${this.owner} ${this.address} ${key}`;
  }

  /** What an earlier page of this browser typed and the server never got. */
  unsent() {
    return all(this.storeKey(""));
  }

  /** Keep the fields of the form `key`: here now, on the server soon. */
  keep(key, value) {
    this.waiting.set(key, value);
    this.refused.delete(key);
    put(this.storeKey(key), { value, seen: this.seen.get(key) ?? null });
    this.onState("waiting");
    this.soon(WAIT + sizeOf(value) / A_LOT);
  }

  /** The form `key` was sent: nothing is left to keep. */
  forget(key) {
    this.waiting.delete(key);
    this.refused.delete(key);
    this.seen.delete(key);
    drop(this.storeKey(key));
    this.tell();
  }

  /** The button of the form `key` was pressed and the server did not hear of it. */
  remember(key, value, pressed) {
    put(this.storeKey(key), { value, seen: this.seen.get(key) ?? null, pressed });
  }

  /** When nothing is on its way any more, so that what was typed cannot overtake the form it was typed into. */
  async settled(key) {
    clearTimeout(this.timer);
    this.waiting.delete(key);
    await this.sending;
    if (this.waiting.size) this.soon(WAIT);
  }

  /** Say "saved" only when the server has all of it. */
  tell() {
    const settled = this.refused.size ? "lost" : "saved";
    this.onState(this.waiting.size ? "waiting" : settled);
  }

  soon(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), wait);
  }

  /** When the server has everything, or cannot be told now. */
  async flushed() {
    await this.sending;
    await this.flush();
  }

  flush() {
    if (!this.isSending && this.waiting.size) this.sending = this.sendAll();
    return this.sending;
  }

  async sendAll() {
    this.isSending = true;
    clearTimeout(this.timer);
    try {
      if (this.isOut) await this.renew();
      for (const [key, value] of [...this.waiting]) await this.send(key, value);
      this.tell();
      if (this.waiting.size) this.soon(WAIT);
    } catch (error) {
      this.failed(error);
      this.soon(error.after ?? RETRY);
    } finally {
      this.isSending = false;
    }
  }

  async send(key, value) {
    const body = JSON.stringify({ form: key, value: isEmpty(value) ? {} : value, seen: this.seen.get(key) ?? null });
    const answer = await this.post(this.address, body, { "Content-Type": "application/json" });
    if (answer.status === 412 && !answer.body.held) {
      this.seen.delete(key); // sent or forgotten in another tab: what is typed on here is new
      return;
    }
    if (!answer.ok) {
      this.waiting.delete(key);
      this.refused.add(key);
    }
    if (answer.status === 412) {
      this.seen.set(key, answer.body.held.saved_at);
      this.onConflict(key, answer.body.held.value);
      return;
    }
    if (!answer.ok) {
      this.onTrouble(`Not saved on the server: ${answer.body.detail ?? answer.status}. It is saved in this browser.`);
      return;
    }
    this.seen.set(key, answer.body.saved_at);
    if (this.waiting.get(key) === value) {
      this.waiting.delete(key);
      drop(this.storeKey(key));
    }
  }

  /** POST; raises LoggedOut when the login has expired, Busy when it shall be tried again, TypeError without an answer. */
  async post(address, body, headers = {}, again = true) {
    const keepalive = typeof body === "string" && body.length < OUTLIVES; // the tab may be closing
    const sent = { method: "POST", body, keepalive, redirect: "manual", headers: { Accept: "application/json", "X-CSRFToken": this.token, ...headers } };
    const response = await fetch(address, sent);
    if (response.type === "opaqueredirect" || response.status === 401) throw new LoggedOut();
    if (response.status === 403 && again) {
      await this.renew();
      return this.post(address, body, headers, false);
    }
    if (response.headers.has("Retry-After")) throw new Busy(response.headers.get("Retry-After"));
    if (response.status >= 500) throw new TypeError("The server reported an error.");
    this.isOut = false;
    this.onTrouble("");
    return { ok: response.ok, status: response.status, body: await response.json().catch(() => ({})) };
  }

  /** A login in another tab brings another token. */
  async renew() {
    const response = await fetch(this.address, { redirect: "manual", headers: { Accept: "application/json" } });
    if (response.status >= 500) throw new TypeError("The server reported an error.");
    const answer = response.ok ? await response.json() : {};
    if (answer.owner !== this.owner) throw new LoggedOut(); // perhaps somebody else is logged in by now
    this.token = answer.token;
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = this.token;
  }

  failed(error) {
    this.isOut = error instanceof LoggedOut;
    this.onState("lost");
    this.onTrouble(this.isOut ? "login" : error instanceof Busy ? "busy" : "offline");
  }
}

class LoggedOut extends Error {}

class Busy extends Error {
  constructor(seconds) {
    super("The server is busy.");
    this.after = Math.max(Number(seconds) || 0, 1) * 1000;
  }
}

function sizeOf(value) {
  return Object.values(value).reduce((sum, part) => sum + String(part).length, 0);
}

function isEmpty(value) {
  return Object.values(value).every((part) => part === "" || part === false);
}
