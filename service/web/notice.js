// What goes wrong, told with what to do about it; and the key that the service may ask for.

import { byId, element, show } from "./dom.js";
import { Broken, Fault, keepKey } from "./service.js";
import { words } from "./words.js";

/** What the page cannot use, in the words of the page. */
export class Misfit extends Error {}

// What the service says to do about these is for programs; `words.faults` has it for people.
const FOR_PROGRAMS = ["not_french", "too_long", "invalid_request"];

const notices = byId("notice");
let afterKey = () => {}; // what to do again once there is a key

/** Do something, and tell what goes wrong with it; without a key, ask for one and do it again. */
export async function withNotice(action, retry) {
  hideNotice();
  try {
    await action();
  } catch (error) {
    if (error.status === 401) askForKey(retry);
    if (error.code !== "key_missing") tell(error);
  }
}

export function hideNotice() {
  show(notices, false);
}

function tell(error) {
  notices.replaceChildren(...explained(error));
  show(notices, true);
  notices.scrollIntoView({ block: "nearest" });
}

/** Say what is wrong, and under it what the service says itself, in English. */
export function explained(error) {
  const [title, details] = linesOf(error);
  return [
    element("p", {}, element("b", {}, title)),
    details && element("p", { class: "hint", lang: "en" }, details),
  ].filter(Boolean);
}

function linesOf(error) {
  if (error instanceof Broken) return [words.unreachable];
  if (error instanceof Misfit) return [error.message];
  if (!(error instanceof Fault)) return [words.unexpected, String(error)];
  const what = [error.where, error.message].filter(Boolean).join(": ");
  const hint = FOR_PROGRAMS.includes(error.code) ? "" : error.hint;
  const details = [what, hint].filter(Boolean).join(" – ");
  return [words.faults[error.code] ?? words.failed, details];
}

/** Show the form for a key; `retry` is done when there is one. */
export function askForKey(retry) {
  afterKey = retry;
  show(byId("key"), true);
  byId("key-value").focus();
}

/** Let keys be typed; `onKey` is told of each, before what was wanted is done again. */
export function listenForKeys(onKey) {
  byId("key").addEventListener("submit", (event) => {
    event.preventDefault();
    keepKey(byId("key-value").value.trim());
    byId("key-value").value = "";
    show(byId("key"), false);
    onKey();
    afterKey();
  });
}
