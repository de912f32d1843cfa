// The page: what is on it now, and what its buttons do.

import { begun, flagged, share, withEvent } from "./article.js";
import { Card } from "./card.js";
import * as compose from "./compose.js";
import { announce, byId, element, show } from "./dom.js";
import { translation } from "./events.js";
import { renamed } from "./names.js";
import * as reading from "./reading.js";
import { Broken, Fault, keepKey } from "./service.js";
import { copyEnglish, download, listFormats, sayFormats } from "./take.js";
import { sayAll, switchLanguage, words } from "./words.js";

let article = null;
let history = []; // the article before each change of a name
let isUntaken = false; // changes that are in no file and no clipboard yet
let running = null; // AbortController of the translation under way
let asked = null; // {body, lastId}: what to ask again, and from where
let status = () => []; // a function, for it is said anew in the other language
let afterKey = null; // what to do again once there is a key

const notices = byId("notice");
const card = new Card({
  names: () => article.names,
  onPreview: (number, changes) => reading.draw(renamed(article, number, changes)),
  onRevert: () => reading.draw(article),
  onChange: change,
});

// ---- translating

async function translate() {
  await withNotice(async () => {
    const body = compose.body();
    start(body.text, body.title);
    await listen(body, "");
  }, translate);
}

function start(text, title) {
  article = begun(text, title);
  history = [];
  isUntaken = false;
  reading.clear();
  show(byId("compose"), false);
  show(byId("reading"), true);
  byId("reading-heading").focus();
}

/** Follow a translation to its end, from the event after `lastId`. */
async function listen(body, lastId) {
  running?.abort();
  const mine = (running = new AbortController());
  asked = { body, lastId };
  say(() => [words.translating], { isSpoken: true });
  showControls();
  try {
    const onBreak = (wait) => say(() => [words.broken(wait)], { isSpoken: true });
    for await (const event of translation(body, { signal: mine.signal, lastId, onBreak })) {
      if (running !== mine) return;
      take(event, body);
    }
    say(() => summary(), { isSpoken: true });
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
  if (running) say(() => [words.translating]);
}

/** What failed before there was anything to read goes back to the form. */
function stopped(error) {
  if (article.isComplete) say(() => summary());
  else if (article.paragraphs.length) say(() => [words.stopped]);
  else showForm();
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
  byId("status").replaceChildren(...what());
  if (isSpoken) announce(byId("status").textContent);
}

function summary() {
  const count = flagged(article).length;
  const link = count
    ? element("a", { href: reading.firstFlagged(article) }, words.toCheck(count))
    : words.nothingToCheck;
  return [words.done(article.paragraphs.length, article.names.length), " · ", link];
}

function showControls() {
  const isDone = Boolean(article?.isComplete) && !running;
  show(byId("progress"), running !== null);
  show(byId("cancel"), running !== null);
  show(byId("resume"), !running && article !== null && !article.isComplete);
  show(byId("again"), !running);
  show(byId("take"), isDone);
  show(byId("undo"), history.length > 0);
}

/** Do something, and tell what goes wrong with it; without a key, ask for one and do it again. */
async function withNotice(action, retry) {
  notices.hidden = true;
  try {
    await action();
  } catch (error) {
    if (error.status === 401) askForKey(retry);
    if (error.code !== "key_missing") tell(error);
  }
}

function tell(error) {
  const [title, ...details] = linesOf(error);
  const lines = details.filter(Boolean).map((line) => element("p", { lang: "en" }, line));
  notices.replaceChildren(element("p", {}, element("b", {}, title)), ...lines);
  notices.hidden = false;
  notices.scrollIntoView({ block: "nearest" });
}

function linesOf(error) {
  if (error instanceof Broken) return [words.unreachable, words.unreachableHint];
  if (error instanceof compose.Misfit) return [error.message];
  if (!(error instanceof Fault)) return [words.unexpected, String(error)];
  const ours = words.faults[error.code];
  const theirs = [error.where, error.message].filter(Boolean).join(": ");
  return ours ? [ours, theirs, error.hint] : [theirs, error.hint];
}

function askForKey(retry) {
  afterKey = retry;
  show(byId("key"), true);
  byId("key-value").focus();
}

byId("key").addEventListener("submit", (event) => {
  event.preventDefault();
  keepKey(byId("key-value").value.trim());
  byId("key-value").value = "";
  show(byId("key"), false);
  listWhatThereIs();
  afterKey?.();
});

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
  await download(article);
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
onClick("copy", () => withNotice(copy, copy));
onClick("download", () => withNotice(save, save));
onClick("again", () => {
  card.close();
  notices.hidden = true;
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
  if (isCommand && event.key === "z" && !isTyping && !byId("reading").hidden) undo();
  if (event.key === "Escape") notices.hidden = true;
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
sayAll();
listWhatThereIs();
