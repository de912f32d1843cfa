// Questions to the service, with the key if there is one. Paths are relative to the page.

const KEY = "interligne-key"; // in sessionStorage: gone when the tab is closed

/** What the service refused, in its own words: code, message, hint, where. */
export class Fault extends Error {
  constructor({ code = "error", message = "", hint = "", where = "" }, status = 0, wait = 0) {
    super(message);
    Object.assign(this, { code, hint, where, status, wait });
  }
}

/** The connection failed: nobody answered, or the answer broke off. */
export class Broken extends Error {}

export const keepKey = (key) => sessionStorage.setItem(KEY, key);

/**
 * Ask the service.
 *
 * @throws {Fault} it refuses. @throws {Broken} nobody answers. AbortError as fetch does.
 */
export async function ask(path, options = {}) {
  const key = sessionStorage.getItem(KEY);
  const headers = { ...options.headers, ...(key && { authorization: `Bearer ${key}` }) };
  const answer = await unlessBroken(() => fetch(path, { ...options, headers }));
  if (!answer.ok) throw await faultIn(answer);
  return answer;
}

export function askJson(path, body, options = {}) {
  const headers = { "content-type": "application/json", ...options.headers };
  return ask(path, { method: "POST", ...options, headers, body: JSON.stringify(body) });
}

/** Do something with the network, and tell its failure from a mistake in the program. */
export async function unlessBroken(action) {
  try {
    return await action();
  } catch (error) {
    throw error.name === "AbortError" ? error : new Broken(error.message);
  }
}

async function faultIn(answer) {
  const wait = Number(answer.headers.get("retry-after")) || 0;
  const body = await answer.json().catch(() => ({}));
  const message = `${answer.status} ${answer.statusText}`;
  return new Fault({ message, ...body.error }, answer.status, wait);
}
