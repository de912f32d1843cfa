// Another English form for a name: every mention of it, the offsets around, and the summary.

import { length, slice } from "./points.js";

/** The English forms of a name in the article: [form, how many mentions], the canonical first. */
export function formsOf(name) {
  const counts = new Map([[name.canonical, 0]]);
  for (const { target } of name.mentions) {
    if (target !== null) counts.set(target, (counts.get(target) ?? 0) + 1);
  }
  return [...counts];
}

/**
 * Guess how a short form follows when the canonical form changes.
 *
 * "Bashar al-Assad" to "Bashar Assad" makes "al-Assad" into "Assad". A form that is no part of the
 * canonical one (an abbreviation) stays, and so does one that is still part of the new one.
 */
export function followed(form, before, after) {
  if (form === before) return after;
  const [part, old, next] = [form, before, after].map((words) => words.split(/\s+/));
  if (isEndOf(part, next) || isEndOf([...part].reverse(), [...next].reverse())) return form;
  const rest = old.length - part.length;
  if (isEndOf(part, old)) return likeBefore(form, next.slice(rest).join(" ") || after);
  if (isEndOf([...part].reverse(), [...old].reverse())) {
    return likeBefore(form, next.slice(0, Math.max(next.length - rest, 1)).join(" "));
  }
  return form;
}

function isEndOf(part, words) {
  const end = words.slice(-part.length).join(" ");
  return part.length < words.length && end.toLowerCase() === part.join(" ").toLowerCase();
}

/** Keep the capital of a form that begins a sentence. */
function likeBefore(form, after) {
  const [first] = form;
  const isCapital = first !== first.toLowerCase();
  return isCapital ? after.replace(/^./u, (letter) => letter.toUpperCase()) : after;
}

/**
 * Write a name otherwise, wherever it is mentioned.
 *
 * @param {Object} article
 * @param {number} number of the name in the ledger.
 * @param {Map<string, string>} changes from the present forms to the new ones; must hold the
 *   canonical one.
 * @returns {Object} the changed article; paragraphs that do not change are the same objects.
 */
export function renamed(article, number, changes) {
  const edits = editsBySentence(article.names[number], changes);
  const before = article.names[number].canonical;
  const paragraphs = article.paragraphs.map((paragraph) =>
    edited(paragraph, edits, (flag) => reworded(flag, before, changes.get(before))),
  );
  const sentenceOf = ({ paragraph, sentence }) => paragraphs[paragraph].sentences[sentence];
  const names = article.names.map((name, index) => ({
    ...name,
    ...(index === number && { canonical: changes.get(before), origin: "request" }),
    mentions: name.mentions.map((mention) => moved(mention, edits, sentenceOf)),
  }));
  return { ...article, paragraphs, names, summary: retold(article.summary, sentenceOf) };
}

const placeOf = ({ paragraph, sentence }) => `${paragraph}-${sentence}`;

/** What to write over, by sentence: lists of {start, end, text} in reading order. */
function editsBySentence(name, changes) {
  const edits = new Map();
  for (const mention of name.mentions) {
    const place = placeOf(mention);
    if (!edits.has(place)) edits.set(place, []);
    const text = changes.get(mention.target) ?? mention.target;
    if (mention.target === null || text === mention.target) continue;
    edits.get(place).push({ start: mention.target_start, end: mention.target_end, text });
  }
  for (const list of edits.values()) list.sort((a, b) => a.start - b.start);
  return edits;
}

function edited(paragraph, edits, reword) {
  const isTouched = (_, s) => edits.has(`${paragraph.index}-${s}`);
  if (!paragraph.sentences.some(isTouched)) return paragraph;
  let translation = "";
  let at = 0;
  const sentences = paragraph.sentences.map((sentence, s) => {
    const target = written(sentence.target, edits.get(`${paragraph.index}-${s}`) ?? []);
    translation += slice(paragraph.translation, at, sentence.target_start);
    at = sentence.target_end;
    const start = length(translation);
    translation += target;
    const flags = isTouched(null, s) ? sentence.flags.map(reword) : sentence.flags;
    return { ...sentence, target, flags, target_start: start, target_end: length(translation) };
  });
  return { ...paragraph, translation, sentences };
}

function written(text, edits) {
  let at = 0;
  const pieces = edits.flatMap(({ start, end, text: instead }) => {
    const before = slice(text, at, start);
    at = end;
    return [before, instead];
  });
  return [...pieces, slice(text, at)].join("");
}

/** A mention where it now stands; one that was written over is not the model's any more. */
function moved(mention, edits, sentenceOf) {
  const around = edits.get(placeOf(mention)) ?? [];
  if (!around.length || mention.target === null) return mention;
  const shifted = (offset) =>
    around.reduce((sum, { start, end, text }) => {
      return end <= offset ? sum + length(text) - (end - start) : sum;
    }, offset);
  const start = shifted(mention.target_start);
  const end = shifted(mention.target_end);
  const target = slice(sentenceOf(mention).target, start, end);
  const how = target === mention.target ? mention.how : "repaired";
  return { ...mention, how, target, target_start: start, target_end: end };
}

/** A warning about a name speaks of the form it should have now. */
function reworded(flag, before, after) {
  if (flag.kind !== "name") return flag;
  return { ...flag, detail: flag.detail.replaceAll(`“${before}”`, `“${after}”`) };
}

function retold(summary, sentenceOf) {
  if (!summary) return summary;
  const pairs = summary.pairs.map((pair) => ({ ...pair, target: sentenceOf(pair).target }));
  return { ...summary, pairs };
}
