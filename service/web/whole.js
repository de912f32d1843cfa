// A whole file in English, in its own format: a job of the service.

import { ask } from "./service.js";
import { sharing } from "./terms.js";

const PAUSE = 300; // milliseconds between two looks at the job

/**
 * Translate a file in place.
 *
 * @param {File} file what was opened.
 * @param {object} body what was asked of its text.
 * @param {object[]} edited terms of names that were put right since; they go first.
 * @throws {Fault} the service refuses it.
 */
export async function inEnglish(file, { text, title, ...wishes }, edited) {
  const isEdited = (term) => edited.some((one) => sharing(one, [term]).length > 0);
  const given = wishes.glossary.filter((term) => !isEdited(term));
  const fields = { ...wishes, summary_words: 0, glossary: JSON.stringify([...edited, ...given]) };
  const form = new FormData();
  form.append("file", file, file.name);
  for (const [field, value] of Object.entries(fields)) {
    for (const one of [value].flat()) form.append(field, one);
  }
  const { id } = await (await ask("v1/jobs", { method: "POST", body: form })).json();
  try {
    await ended(id);
    return await (await ask(`v1/jobs/${id}/result`)).blob();
  } finally {
    ask(`v1/jobs/${id}`, { method: "DELETE" }).catch(() => {}); // it expires by itself too
  }
}

async function ended(id) {
  while ((await (await ask(`v1/jobs/${id}`)).json()).finished === null) {
    await new Promise((goOn) => setTimeout(goOn, PAUSE));
  }
}

/** Name the English of a file: report.docx becomes report.en.docx. */
export function englishName(name) {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? `${name.slice(0, dot)}.en${name.slice(dot)}` : `${name}.en`;
}
