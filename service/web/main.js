// The page: what is on it now, and what its buttons do.

import { begun, flagged, share, withEvent } from "./article.js";
import { Card } from "./card.js";
import * as compose from "./compose.js";
import { announce, byId, show } from "./dom.js";
import { restoreDraft } from "./draft.js";
import { translation } from "./events.js";
import { Keep } from "./keep.js";
import { renamed } from "./names.js";
import { hideNotice, listenForKeys, withNotice } from "./notice.js";
import * as reading from "./reading.js";
import { copyEnglish, download, listFormats, offerFile, sayFormats } from "./take.js";
import { editedTerms } from "./terms.js";
import { sayAll, switchLanguage, words } from "./words.js";

let article = null;
let history = []; // the article before each change of a name
let isUntaken = false; // changes that are in no file and no clipboard yet
let running = null; // AbortController of the translation under way
let asked = null; // {body, lastId}: what to ask again, and from where
let status = () => []; // a function, for it is said anew in the other language

const card = new Card({
  names: () => article.names,
  onPreview: (number, changes) => reading.draw(renamed(article, number, changes)),
  onRevert: () => reading.draw(article),
  onChange: change,
});
const keep = new Keep({
  terms: () => editedTerms(history[0], article),
  preferred: () => byId("glossary").value,
  onSaved: kept,
  onAgain: translateAgain,
});

// ---- translating

function translate() {
  return withNotice(() => begin(compose.body()), translate);
}

/** Translate the same with a glossary that goes before those it was translated with. */
function translateAgain(glossaryId) {
  const { body } = asked;
  const ids = [...new Set([glossaryId, ...[body.glossary_id ?? []].flat()])];
  return withNotice(
    () => begin({ ...body, glossary_id: ids }),
    () => translateAgain(glossaryId),
  );
}

async function begin(body) {
  offerFile(compose.file());
  start(body.text, body.title);
  await listen(body, "");
}

function start(text, title) {
  article = begun(text, title);
  history = [];
  isUntaken = false;
  reading.clear();
  byId("progress").value = 0;
  show(byId("compose"), false);
  show(byId("reading"), true);
  byId("reading-heading").focus();
}

/** Follow a translation to its end, from the event after `lastId`. */
async function listen(body, lastId) {
  running?.abort();
  const mine = (running = new AbortController());
  asked = { body, lastId };
  say(underWay, { isSpoken: true });
  showControls();
  try {
    const onBreak = (wait) => say(() => [words.broken(wait)], { isSpoken: true });
    for await (const event of translation(body, { signal: mine.signal, lastId, onBreak })) {
      if (running !== mine) return;
      take(event, body);
    }
    say(summary, { isSpoken: true });
  } catch (error) {
    if (running !== mine) return;
    if (error.name !== "AbortError") throw stopped(error);
    const count = article.paragraphs.length;
    say(() => [words.cancelled(count)], { isSpoken: true });
  } finally {
    if (running === mine) running = null;
    showControls();
  }
}

function take(event, body) {
  // The first event where others were before: the service could not resume, and begins anew.
  if (event.id.startsWith("1-") && article.paragraphs.length) {
    article = begun(body.text, body.title);
    reading.clear();
  }
  asked.lastId = event.id;
  article = withEvent(article, event);
  reading.draw(article);
  byId("progress").value = share(article);
  if (running) say(underWay);
}

/** What failed before there was anything to read goes back to the form. */
function stopped(error) {
  if (article.isComplete) say(summary);
  else if (article.paragraphs.length) say(() => [words.stopped]);
  else {
    say(() => [], { isSpoken: true });
    showForm();
  }
  return error;
}

function showForm() {
  show(byId("reading"), false);
  show(byId("compose"), true);
  byId("text").focus();
}

// ---- what is said

/** Put a status in the toolbar; screen readers hear it only if it is worth interrupting for. */
function say(what, { isSpoken = false } = {}) {
  status = what;
  const parts = what().filter(Boolean);
  byId("status").replaceChildren(...parts.flatMap((part, at) => (at ? [" · ", part] : [part])));
  if (isSpoken) announce(byId("status").textContent);
}

/** How far it is; a warning about a name may go when the names are settled. */
function underWay() {
  const isWarned = flagged(article).length > 0;
  return [words.translating(Math.floor(100 * share(article))), isWarned && words.unsettled];
}

function summary() {
  const told = words.done(article.paragraphs.length, article.names.length);
  const check = flagged(article).length ? reading.checkLink(article) : words.nothingToCheck;
  return [told, check];
}

function showControls() {
  const isDone = Boolean(article?.isComplete) && !running;
  show(byId("progress"), running !== null);
  show(byId("cancel"), running !== null);
  show(byId("resume"), !running && article !== null && !article.isComplete);
  show(byId("again"), !running);
  show(byId("take"), isDone);
  show(byId("edits"), isDone && history.length > 0);
}

// ---- names

function change(number, changes) {
  const { canonical, mentions } = article.names[number];
  const next = renamed(article, number, changes);
  const moved = mentions.filter(({ target }, index) => {
    return target !== next.names[number].mentions[index].target;
  });
  if (!moved.length && changes.get(canonical) === canonical) return;
  history.push(article);
  article = next;
  isUntaken = true;
  reading.draw(article);
  showControls();
  announce(words.changed(changes.get(canonical), moved.length));
}

function undo() {
  if (!history.length) return;
  card.close();
  article = history.pop();
  reading.draw(article);
  if (!history.length) byId("reading-heading").focus(); // for the button goes
  showControls();
  announce(words.undone);
}

/** The names are in a glossary now, which the next translation takes too. */
function kept({ id }) {
  isUntaken = false;
  compose.listGlossaries(id).catch(() => {});
}

// ---- the page as a whole

function drawAll() {
  sayAll();
  sayFormats();
  if (!article) return;
  card.close();
  reading.clear();
  reading.draw(article);
  say(status);
}

async function copy() {
  await copyEnglish(article);
  isUntaken = false;
  byId("copy").textContent = words.copied;
  announce(words.copied);
  setTimeout(() => (byId("copy").textContent = words.copy), 2000);
}

async function save() {
  await download(article, asked.body, history.length ? editedTerms(history[0], article) : []);
  isUntaken = false;
}

/** Fill in what depends on the service; a key may be wanted for it, which translating asks for. */
function listWhatThereIs() {
  for (const list of [listFormats, compose.listGlossaries]) list().catch(() => {});
}

const onClick = (id, action) => byId(id).addEventListener("click", action);
onClick("cancel", () => running?.abort());
onClick("resume", function resume() {
  withNotice(() => listen(asked.body, asked.lastId), resume);
});
onClick("undo", undo);
onClick("keep-names", () => keep.open());
onClick("copy", () => withNotice(copy, copy));
onClick("download", () => withNotice(save, save));
onClick("again", () => {
  card.close();
  hideNotice();
  showForm();
});
onClick("language", () => {
  switchLanguage();
  drawAll();
});

byId("compose").addEventListener("submit", (event) => {
  event.preventDefault();
  translate();
});
document.addEventListener("keydown", (event) => {
  const isCommand = event.ctrlKey || event.metaKey;
  const isTyping = event.target.matches("input, textarea");
  if (isCommand && event.key === "Enter" && !byId("compose").hidden) {
    byId("compose").requestSubmit();
  }
  const isReading = !byId("reading").hidden && !byId("keep").open;
  if (isCommand && event.key === "z" && !isTyping && isReading) undo();
  if (event.key === "Escape") hideNotice();
});
byId("reading").addEventListener("pointerover", ({ target }) => {
  reading.lightSentence(target.closest("[data-place]")?.dataset.place);
});
window.addEventListener("beforeunload", (event) => {
  if (isUntaken) event.preventDefault();
});

compose.listenForFiles(function open(file) {
  withNotice(
    () => compose.openFile(file),
    () => open(file),
  );
});
listenForKeys(listWhatThereIs);
sayAll();
restoreDraft();
listWhatThereIs();
