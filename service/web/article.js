// The article as it comes in, an immutable value: every step gives back a changed copy.
//
// Paragraphs are those of the events: the offsets of their sentences are relative to the paragraph,
// those of mentions to the sentence, so that a change moves nothing elsewhere.

import { length, points } from "./points.js";

/** An article of which nothing is translated yet. */
export function begun(text, title) {
  const whole = title ? `${title}\n\n${text}` : text; // as the service puts them together
  return {
    text: whole,
    points: points(whole), // taken once, for they are asked for with every paragraph
    paragraphs: [],
    names: [],
    summary: null,
    provenance: null,
    isComplete: false,
  };
}

/** Take in one event of the service. */
export function withEvent(article, { name, data }) {
  switch (name) {
    case "paragraph":
      return { ...article, paragraphs: [...article.paragraphs, data] };
    case "revise":
      return { ...article, paragraphs: article.paragraphs.with(data.index, data) };
    case "names":
      return { ...article, names: data };
    case "summary": // strict mode may end in an error after this; nothing is missing all the same
      return { ...article, summary: data, isComplete: true };
    case "done":
      return { ...article, provenance: data.provenance };
    default:
      return article;
  }
}

/** How much of the text is translated, 0 to 1. */
export const share = (article) => reached(article) / Math.max(article.points.length, 1);

/** The French that is still to be translated, or so much of its beginning. */
export function remaining(article, most) {
  const from = reached(article);
  return [...article.points.slice(from, from + most)].join("").trim();
}

function reached({ paragraphs }) {
  const last = paragraphs.at(-1);
  return last ? last.start + length(last.source) : 0;
}

/** Every sentence that carries a flag: [paragraph, sentence index, sentence]. */
export function flagged(article) {
  return article.paragraphs.flatMap((paragraph) =>
    paragraph.sentences.flatMap((sentence, s) =>
      sentence.flags.length ? [[paragraph, s, sentence]] : [],
    ),
  );
}

/** The mentions by sentence: "paragraph-sentence" to a list of {mention, name, number}. */
export function mentionsByPlace(article) {
  const places = new Map();
  article.names.forEach((name, number) => {
    for (const mention of name.mentions) {
      const place = `${mention.paragraph}-${mention.sentence}`;
      if (!places.has(place)) places.set(place, []);
      places.get(place).push({ mention, name, number });
    }
  });
  return places;
}

/** The article in the shape of the service, which places the English anew from its sentences. */
export function forService({ text, paragraphs, names, summary, provenance }) {
  return { text, paragraphs: paragraphs.map(placed), names, summary, provenance };
}

function placed({ start, role, source, sentences }) {
  return {
    start,
    end: start + length(source),
    role,
    sentences: sentences.map((sentence) => ({
      ...sentence,
      start: start + sentence.start,
      end: start + sentence.end,
    })),
  };
}
