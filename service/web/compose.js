// The form: the text, a file opened or dropped, terms, options.

import { byId, element, show } from "./dom.js";
import { listed } from "./glossaries.js";
import { Misfit } from "./notice.js";
import { ask } from "./service.js";
import { words } from "./words.js";

// A text area changes line ends to \n; a file that is not edited goes out as it was read.
let opened = { text: "", shown: "", file: null };

const isUntouched = () => byId("text").value === opened.shown;
const text = () => (isUntouched() ? opened.text : byId("text").value);

/** The file that the text is from, if it was not edited. */
export const file = () => (isUntouched() ? opened.file : null);

/**
 * Read the form into what `POST /v1/articles` takes.
 *
 * @throws {Misfit} there is no text, or a line of the terms is no term.
 */
export function body() {
  if (!text().trim()) throw new Misfit(words.faults.empty_text);
  const title = byId("title").value.trim();
  return {
    text: text(),
    ...(title && { title }),
    ...(byId("french").checked && { source: "fr" }),
    glossary: terms(byId("terms").value),
    ...(byId("glossary").value && { glossary_id: byId("glossary").value }),
    summary_words: byId("summary-words").valueAsNumber,
    strict: byId("strict").checked,
  };
}

/** Read "French = English", one a line; a tab does for the sign, as pasted from a spreadsheet. */
export function terms(lines) {
  const found = [];
  const wrong = [];
  lines.split("\n").forEach((line, index) => {
    const [french, english] = line.split(/[=\t]/, 2).map((side) => side.trim());
    if (french && english) found.push({ french: split(french), english: split(english) });
    else if (line.trim()) wrong.push(index + 1);
  });
  if (wrong.length) throw new Misfit(words.termsWrong(wrong.join(", ")));
  return found;
}

const split = (forms) =>
  forms
    .split("|")
    .map((form) => form.trim())
    .filter(Boolean);

/** Ask which glossaries are stored, and offer them if there are any. */
export async function listGlossaries(chosen = byId("glossary").value) {
  const options = (await listed()).map(({ id, name, size }) =>
    element("option", { value: id, selected: id === chosen }, words.glossarySize(name, size)),
  );
  const none = element("option", { value: "", "data-words": "noGlossary" }, words.noGlossary);
  byId("glossary").replaceChildren(none, ...options);
  show(byId("glossaries"), options.length > 0);
}

/** Put what a file holds into the form; the service reads it, whatever its kind. */
export async function openFile(file) {
  const path = `v1/articles/read?name=${encodeURIComponent(file.name)}`;
  const headers = { "content-type": "application/octet-stream" };
  const read = await (await ask(path, { method: "POST", headers, body: file })).json();
  byId("text").value = read.text;
  byId("title").value = read.title ?? "";
  if (read.title) byId("options").open = true; // where it shows
  opened = { text: read.text, shown: byId("text").value, file };
}

/** Let files be opened and dropped; `onFile` takes each. */
export function listenForFiles(onFile) {
  const form = byId("compose");
  byId("open").addEventListener("click", () => byId("file").click());
  byId("file").addEventListener("change", ({ target }) => {
    if (target.files[0]) onFile(target.files[0]);
    target.value = ""; // the same file may be opened again
  });
  document.addEventListener("dragover", (event) => {
    event.preventDefault(); // or the browser would leave the page for the file
    form.classList.add("dropping");
  });
  document.addEventListener("dragleave", () => form.classList.remove("dropping"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("dropping");
    const [file] = event.dataTransfer.files;
    if (file && !form.hidden) onFile(file);
  });
}
