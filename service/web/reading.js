// The article on the page: French left, English right, with names, flags and summary in place.

import { flagged, mentionsByPlace, remaining } from "./article.js";
import { byId, element, show } from "./dom.js";
import { slice } from "./points.js";
import { language, words } from "./words.js";

const UNSURE = 0.25; // confidence under which a sentence is dotted
const PENDING_CHARACTERS = 1500; // of the French still to come that are shown

let shown = { paragraphs: [], names: [] };
let mentions = new Map();

/** Forget what is shown, so that all is drawn anew: for another article or another language. */
export function clear() {
  shown = { paragraphs: [], names: [] };
  for (const id of ["rows", "pairs", "names"]) byId(id).replaceChildren();
}

/** Show an article; only the paragraphs that are not those shown already are drawn. */
export function draw(article) {
  mentions = mentionsByPlace(article);
  // The ledger comes at the end, once, and marks names in paragraphs drawn without.
  const isFresh = article.names.length !== shown.names.length;
  const rows = byId("rows");
  article.paragraphs.forEach((paragraph, index) => {
    if (!isFresh && paragraph === shown.paragraphs[index]) return;
    const before = rows.children[index];
    before ? before.replaceWith(row(paragraph)) : rows.append(row(paragraph));
  });
  drawPending(article);
  drawSummary(article.summary);
  drawLedger(article.names);
  drawLegend(article);
  shown = article;
}

function row(paragraph) {
  const flags = paragraph.sentences.flatMap((sentence, s) =>
    sentence.flags.map((flag) => flagNote(flag, paragraph, s)),
  );
  return element(
    "div",
    { class: `row ${paragraph.role}`, id: `p${paragraph.index}` },
    element("div", { class: "french", lang: "fr" }, text(paragraph, FRENCH)),
    element(
      "div",
      { class: "english", lang: "en" },
      text(paragraph, ENGLISH),
      flags.length > 0 && element("ul", { class: "flags" }, flags),
    ),
  );
}

// How each side of a paragraph is read.
const FRENCH = {
  whole: (paragraph) => paragraph.source,
  sentence: ({ start, end, source }) => [start, end, source],
  mention: ({ start, end }) => [start, end],
};
const ENGLISH = {
  whole: (paragraph) => paragraph.translation,
  sentence: ({ target_start, target_end, target }) => [target_start, target_end, target],
  mention: ({ target_start, target_end }) => [target_start, target_end],
};

function text(paragraph, side) {
  const tag = paragraph.role === "title" ? "h3" : "p";
  const whole = side.whole(paragraph);
  let at = 0;
  const pieces = paragraph.sentences.flatMap((sentence, s) => {
    const [start, end, content] = side.sentence(sentence);
    const layout = slice(whole, at, start);
    at = end;
    return [layout, sentenceNode(paragraph, s, content, side)];
  });
  return element(tag, {}, pieces);
}

function sentenceNode(paragraph, s, content, side) {
  const place = `${paragraph.index}-${s}`;
  const sentence = paragraph.sentences[s];
  const isEnglish = side === ENGLISH;
  const isUnsure = isEnglish && sentence.confidence !== null && sentence.confidence < UNSURE;
  const worst = sentence.flags.some((flag) => flag.severity === "red") ? "red" : "amber";
  const classes = ["sentence"];
  if (isUnsure) classes.push("unsure");
  if (isEnglish && sentence.flags.length) classes.push("flagged", worst);
  return element(
    "span",
    { class: classes.join(" "), "data-place": place, id: isEnglish ? `s${place}` : null },
    withMentions(content, place, side),
    isUnsure && confidenceNode(sentence.confidence),
  );
}

/** Not part of the text: it is left out when the text is selected and copied. */
function confidenceNode(confidence) {
  return element("small", { class: "confidence" }, words.confidence(Math.round(confidence * 100)));
}

function withMentions(sentence, place, side) {
  const here = (mentions.get(place) ?? [])
    .map((one) => ({ ...one, span: side.mention(one.mention) }))
    .filter(({ span: [start] }) => start !== null)
    .sort((a, b) => a.span[0] - b.span[0]);
  let at = 0;
  const pieces = here.flatMap((one) => {
    const [start, end] = one.span;
    if (start < at) return []; // inside another name
    const before = slice(sentence, at, start);
    at = end;
    return [before, mentionNode(one, slice(sentence, start, end), side)];
  });
  return [...pieces, slice(sentence, at)];
}

/**
 * A name in the text acts as a button. A real one would not break across lines; and one on each
 * side would double the way of the tabulator, so the French is on it only where it stands alone.
 */
function mentionNode({ mention, number }, content, side) {
  const isUnresolved = mention.how === "unresolved";
  const isStop = side === ENGLISH || isUnresolved;
  return element(
    "span",
    {
      class: isUnresolved ? "mention unresolved" : "mention",
      role: "button",
      tabindex: isStop ? 0 : -1,
      "aria-haspopup": "dialog",
      "data-name": number,
    },
    content,
  );
}

function flagNote(flag, paragraph, s) {
  return element(
    "li",
    { class: `flag ${flag.severity}`, "data-place": `${paragraph.index}-${s}` },
    element("b", {}, words.flags[flag.kind] ?? flag.kind),
    ` (${words.severities[flag.severity]}) `,
    paragraph.sentences.length > 1 && `${words.sentence(s + 1)} `,
    element("span", { lang: "en" }, flag.detail),
  );
}

function drawPending(article) {
  const rest = article.isComplete ? "" : remaining(article, PENDING_CHARACTERS);
  const pending = byId("pending");
  show(pending, rest !== "");
  pending.querySelector(".french").textContent = rest;
}

function drawSummary(summary) {
  show(byId("summary"), Boolean(summary && (summary.pairs.length || summary.note)));
  if (!summary || summary === shown.summary) return;
  show(byId("summary-note"), summary.note !== "");
  const note = words.notes[summary.note];
  byId("summary-note").textContent = note ?? summary.note;
  byId("summary-note").lang = note ? language : "en";
  drawWritten(summary.written);
  byId("pairs").replaceChildren(...summary.pairs.map(pairNode));
}

/** What a model wrote; the pairs are then the sentences that support it. */
function drawWritten(written) {
  show(byId("written"), Boolean(written));
  show(byId("support"), Boolean(written));
  byId("written").textContent = written?.text ?? "";
  byId("written").lang = written?.language ?? "";
}

function pairNode(pair) {
  const place = `${pair.paragraph}-${pair.sentence}`;
  return element(
    "li",
    { class: "row", "data-place": place },
    element("p", { class: "french", lang: "fr" }, withMentions(pair.source, place, FRENCH)),
    element(
      "p",
      { class: "english", lang: "en" },
      withMentions(pair.target, place, ENGLISH),
      " ",
      element(
        "a",
        { class: "jump", href: `#s${place}`, "aria-label": words.jump(pair.paragraph + 1) },
        `¶\u00a0${pair.paragraph + 1}`,
      ),
    ),
  );
}

function drawLedger(names) {
  show(byId("ledger"), names.length > 0);
  if (names !== shown.names) byId("names").replaceChildren(...names.map(ledgerRow));
}

function ledgerRow(name, number) {
  const wrong = name.mentions.filter((mention) => mention.how === "unresolved").length;
  const told = [name.canonical, words.mentions(name.mentions.length)];
  if (wrong) told.push(words.unresolved(wrong));
  const attributes = {
    type: "button",
    class: "name",
    "data-name": number,
    "aria-haspopup": "dialog",
    "aria-label": told.join(", "),
  };
  return element(
    "li",
    {},
    element(
      "button",
      attributes,
      element("span", { lang: "en" }, name.canonical),
      element("small", {}, String(name.mentions.length)),
      wrong > 0 && element("small", { class: "unresolved" }, words.unresolved(wrong)),
    ),
  );
}

function drawLegend(article) {
  const isUnsure = ({ confidence }) => confidence !== null && confidence < UNSURE;
  show(
    byId("legend"),
    article.paragraphs.some(({ sentences }) => sentences.some(isUnsure)),
  );
  byId("legend").textContent = words.legend;
}

/** Light up every mention of a name on both sides, or of none. */
export function lightName(number) {
  light("name", number);
}

/** Light up a sentence on both sides, or none. */
export function lightSentence(place) {
  light("place", place);
}

function light(kind, value) {
  for (const node of document.querySelectorAll(`[data-${kind}].lit`)) node.classList.remove("lit");
  if (value === undefined) return;
  for (const node of document.querySelectorAll(`[data-${kind}="${value}"]`)) {
    node.classList.add("lit");
  }
}

/** The mentions of a name in the English of the article, in reading order. */
export function mentionNodes(number) {
  return [...byId("rows").querySelectorAll(`.english [data-name="${number}"]`)];
}

/** Link to the first sentence to check and, when it is followed, to the next one, round the end. */
export function checkLink(article) {
  const places = flagged(article).map(([paragraph, s]) => `#s${paragraph.index}-${s}`);
  let at = 0;
  const goOn = () => link.setAttribute("href", places[++at % places.length]);
  const onclick = () => setTimeout(goOn); // after the browser has gone where it leads now
  const link = element("a", { href: places[0], onclick }, words.toCheck(places.length));
  return link;
}
