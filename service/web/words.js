// What the page says, in the language of its reader.

import { ENGLISH } from "./words.en.js";
import { FRENCH } from "./words.fr.js";

const LANGUAGES = { en: ENGLISH, fr: FRENCH };
const CHOICE = "interligne-language"; // in localStorage

const preferred = navigator.languages.find((tag) => tag.slice(0, 2) in LANGUAGES) ?? "en";

export let language = localStorage.getItem(CHOICE) ?? preferred.slice(0, 2);
export let words = LANGUAGES[language] ?? ENGLISH;

/** Take the other language, for good, and say all that is written in the page in it. */
export function switchLanguage() {
  language = language === "fr" ? "en" : "fr";
  words = LANGUAGES[language];
  localStorage.setItem(CHOICE, language);
  sayAll();
}

/** Fill in what index.html leaves to this file: data-words, data-words-placeholder and so on. */
export function sayAll() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-words]")) {
    node.textContent = words[node.dataset.words];
  }
  for (const attribute of ["placeholder", "aria-label"]) {
    for (const node of document.querySelectorAll(`[data-words-${attribute}]`)) {
      node.setAttribute(attribute, words[node.getAttribute(`data-words-${attribute}`)]);
    }
  }
}
