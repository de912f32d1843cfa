// The stored glossaries of the service.

import { ask, askJson } from "./service.js";

const PATH = "v1/glossaries";

/** List all of them, newest first. */
export async function listed() {
  const found = [];
  let after = "";
  do {
    const page = await (await ask(`${PATH}?size=100&after=${after}`)).json();
    found.push(...page.glossaries);
    after = page.next;
  } while (after);
  return found;
}

/** Read one: its terms, and the ETag that a change is to name. */
export async function read(id) {
  const answer = await ask(`${PATH}/${id}`);
  return { etag: answer.headers.get("etag"), terms: (await answer.json()).terms };
}

/** Put terms into one, if it is still in the version that was read; else an `outdated` Fault. */
export async function patched(id, etag, put) {
  const options = { method: "PATCH", headers: { "if-match": etag } };
  return (await askJson(`${PATH}/${id}`, { put }, options)).json();
}

export async function created(name, terms) {
  return (await askJson(PATH, { name, terms })).json();
}
