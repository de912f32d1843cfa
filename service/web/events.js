// A translation as server-sent events, resumed where the connection breaks.

import { askJson, Broken, Fault, unlessBroken } from "./service.js";

const WAITS = [0.5, 1, 2, 4, 8, 15]; // seconds before each attempt to resume
const LINE_END = /\r\n|\n|\r/;

/** Cuts chunks of text into events (WHATWG HTML, 9.2.6). */
export class EventParser {
  #rest = "";
  #event = { id: "", name: "message", data: [] };

  /** @returns {{id: string, name: string, data: string}[]} the events that are now complete. */
  push(chunk) {
    this.#rest += chunk;
    if (!LINE_END.test(chunk)) return [];
    const held = this.#rest.endsWith("\r") ? "\r" : ""; // the \n may come with the next chunk
    const lines = this.#rest.slice(0, this.#rest.length - held.length).split(LINE_END);
    this.#rest = lines.pop() + held;
    return lines.flatMap((line) => this.#take(line));
  }

  #take(line) {
    if (line === "") return this.#finish();
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (field === "data") this.#event.data.push(value);
    if (field === "event") this.#event.name = value;
    if (field === "id") this.#event.id = value;
    return []; // a comment has no field: it only keeps the connection open
  }

  #finish() {
    const { id, name, data } = this.#event;
    this.#event = { id, name: "message", data: [] };
    return data.length ? [{ id, name, data: data.join("\n") }] : [];
  }
}

/**
 * Translate an article: yields events, their data parsed, until `done`.
 *
 * @param {Object} body what `POST /v1/articles` takes.
 * @param {Object} options
 * @param {AbortSignal} options.signal cancels.
 * @param {string} options.lastId the id of the last event had, to go on from there.
 * @param {(wait: number) => void} options.onBreak told when the connection broke.
 * @throws {Fault} the service refuses or gives up. @throws {Broken} it cannot be reached.
 */
export async function* translation(body, { signal, lastId = "", onBreak = () => {} }) {
  for (let attempt = 0; ; attempt++) {
    try {
      for await (const event of events(body, signal, lastId)) {
        attempt = 0;
        lastId = event.id;
        yield event;
        if (event.name === "done") return;
      }
      return; // 204: nothing is left
    } catch (error) {
      const wait = Math.max(WAITS[attempt] ?? Infinity, error.wait ?? 0);
      if (!lastId || !isPassing(error) || wait > WAITS.at(-1)) throw error;
      onBreak(wait);
      await pause(wait, signal);
    }
  }
}

async function* events(body, signal, lastId) {
  const headers = { accept: "text/event-stream", ...(lastId && { "last-event-id": lastId }) };
  const answer = await askJson("v1/articles", body, { headers, signal });
  if (answer.status === 204) return;
  const parser = new EventParser();
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await unlessBroken(() => reader.read());
    if (done) throw new Broken("the answer broke off"); // after `done` nobody reads
    for (const event of parser.push(value)) {
      const data = JSON.parse(event.data);
      if (event.name === "error") throw new Fault(data.error);
      yield { ...event, data };
    }
  }
}

/** Whether it is worth trying again: the connection broke, or the service is busy or restarts. */
function isPassing(error) {
  return error instanceof Broken || [429, 502, 503].includes(error.status);
}

function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
