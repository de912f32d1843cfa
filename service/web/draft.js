// What is typed into the form, kept until the tab is closed: a reload loses no article.

import { byId } from "./dom.js";

const DRAFT = "interligne-draft"; // in sessionStorage
const FIELDS = ["text", "title", "terms", "summary-words"];
const PAUSE = 300; // milliseconds without a change before it is kept

let timer = 0;

/** Keep what the form holds; a text that is too long for the browser is not kept. */
export function keepDraft() {
  const draft = Object.fromEntries(FIELDS.map((id) => [id, byId(id).value]));
  try {
    sessionStorage.setItem(DRAFT, JSON.stringify(draft));
  } catch {
    sessionStorage.removeItem(DRAFT);
  }
}

/** Put back what was there before the page was loaded again, and keep what is typed from now on. */
export function restoreDraft() {
  const draft = JSON.parse(sessionStorage.getItem(DRAFT) ?? "{}");
  for (const id of FIELDS) byId(id).value = draft[id] ?? byId(id).value;
  if (draft.title || draft.terms) byId("options").open = true; // where they show
  byId("compose").addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keepDraft, PAUSE);
  });
  window.addEventListener("pagehide", keepDraft);
}
