// Taking the translation along: to the clipboard, or as a file that the service writes.

import { forService } from "./article.js";
import { byId, element } from "./dom.js";
import { ask, askJson } from "./service.js";
import { words } from "./words.js";

const PREFERRED = "docx"; // what newsrooms pass round

let formats = [];

/** Ask which formats the service writes, and offer them. */
export async function listFormats() {
  formats = await (await ask("v1/formats")).json();
  sayFormats();
}

/** Offer the formats in the language of the page. */
export function sayFormats() {
  const chosen = byId("format").value || PREFERRED;
  const options = formats.map(({ name, suffix }) => {
    const attributes = { value: name, "data-suffix": suffix, selected: name === chosen };
    return element("option", attributes, words.formats[name] ?? name.toUpperCase());
  });
  byId("format").replaceChildren(...options);
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

export async function download(article) {
  const [option] = byId("format").selectedOptions;
  const file = await (await rendered(article, option.value)).blob();
  const link = element("a", {
    href: URL.createObjectURL(file),
    download: `article.en${option.dataset.suffix}`,
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
