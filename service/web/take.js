// Taking the translation along: to the clipboard, or as a file that the service writes.

import { forService } from "./article.js";
import { byId, element } from "./dom.js";
import { ask, askJson } from "./service.js";
import { englishName, inEnglish } from "./whole.js";
import { words } from "./words.js";

const PREFERRED = "docx"; // what newsrooms pass round
const OWN = "own"; // the format of the file that was opened

let formats = [];
let opened = null; // the file that the article is from

/** Ask which formats the service writes, and offer them. */
export async function listFormats() {
  formats = await (await ask("v1/formats")).json();
  sayFormats();
}

/** Offer the file itself in English too, if the article is from one; first choice then. */
export function offerFile(file) {
  opened = file;
  sayFormats(file ? OWN : PREFERRED);
}

/** Offer the formats in the language of the page. */
export function sayFormats(chosen = byId("format").value || PREFERRED) {
  const own = { value: OWN, selected: chosen === OWN };
  const ownOption = opened && element("option", own, words.ownFormat(englishName(opened.name)));
  const options = formats.map(({ name, suffix }) => {
    const attributes = { value: name, "data-suffix": suffix, selected: name === chosen };
    return element("option", attributes, words.formats[name] ?? name.toUpperCase());
  });
  byId("format").replaceChildren(...[ownOption, ...options].filter(Boolean));
}

const rendered = (article, format) =>
  askJson(`v1/articles/render?format=${encodeURIComponent(format)}`, forService(article));

export async function copyEnglish(article) {
  const english = await (await rendered(article, "text")).text();
  if (navigator.clipboard) await navigator.clipboard.writeText(english);
  else copyThroughSelection(english);
}

/** Browsers keep the clipboard from pages without TLS, but for this old way. */
function copyThroughSelection(text) {
  const area = element("textarea", { class: "unseen", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/**
 * Save the article in the format that is chosen.
 *
 * @param {object} body what was asked. @param {object[]} edited terms of names put right since.
 */
export async function download(article, body, edited) {
  const [option] = byId("format").selectedOptions;
  if (option.value === OWN) {
    save(await inEnglish(opened, body, edited), englishName(opened.name));
  } else {
    const file = await (await rendered(article, option.value)).blob();
    save(file, `article.en${option.dataset.suffix}`);
  }
}

function save(file, name) {
  const link = element("a", { href: URL.createObjectURL(file), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
