// Names that were written otherwise, as terms of a glossary.

const MARKS = /\p{M}/gu;
const BLANKS = /[\s\u2010-\u2013-]+/g;
const ARABIC_ARTICLE = /(?<![\p{L}\p{N}])el(?= [\p{L}\p{N}])/gu;

/** Forget case, accents, hyphens and el- for al-: forms that fold alike are looked for alike. */
export function fold(form) {
  const plain = form.normalize("NFKD").replace(MARKS, "").toLowerCase();
  return plain.replace(/[’ʼ‘]/g, "'").replace(BLANKS, " ").trim().replace(ARABIC_ARTICLE, "al");
}

/**
 * Make terms of the names that read otherwise in one article than in another before it.
 *
 * A short form that was changed is a term of its own, for what it was is known elsewhere too.
 */
export function editedTerms(before, after) {
  return after.names.flatMap((name, number) => termsOf(before.names[number], name));
}

function termsOf(before, after) {
  const groups = Map.groupBy(after.mentions, ({ source }) => fold(source));
  const isChanged = ({ target }, index) => target !== before.mentions[index].target;
  const changed = new Set(after.mentions.filter(isChanged).map(({ source }) => fold(source)));
  const isRead = after.mentions.some(({ target }) => target !== null);
  if (!isRead && after.canonical !== before.canonical) changed.add(fold(after.mentions[0].source));
  const terms = new Map(); // by their English form
  for (const key of changed) {
    const english = usual(groups.get(key)) ?? after.canonical;
    const term = terms.get(english) ?? { french: [], english: [english], type: after.type };
    term.french.push(...spellings(groups.get(key)));
    terms.set(english, term);
  }
  return [...terms.values()];
}

/** The English form that most mentions have; of two, the one without a capital at its start. */
function usual(mentions) {
  const counts = new Map();
  for (const { target } of mentions) {
    if (target !== null) counts.set(target, (counts.get(target) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, most], [b, more]) => more - most || (a < b ? 1 : -1));
  return sorted[0]?.[0];
}

/** The French forms; one in capitals only where there is no other, for it is found anyway. */
function spellings(mentions) {
  const forms = [...new Set(mentions.map(({ source }) => source))];
  const usual = forms.filter((form) => form !== form.toUpperCase());
  return usual.length ? usual : forms;
}

/** The terms of a glossary that share a French form with a term. */
export function sharing(term, stored) {
  const forms = new Set(term.french.map(fold));
  return stored.filter(({ french }) => french.some((form) => forms.has(fold(form))));
}

/**
 * Put terms together with those of a glossary that they replace: no French form is lost with them.
 *
 * @returns {Object[]} what to `put`; no two share a French form.
 */
export function merged(terms, stored) {
  const edited = new Set(terms.flatMap(({ french }) => french.map(fold)));
  const taken = new Set();
  return terms.map((term) => {
    const before = sharing(term, stored);
    const own = new Set(term.french.map(fold));
    const kept = before
      .flatMap(({ french }) => french)
      .filter((form) => own.has(fold(form)) || !edited.has(fold(form)));
    const french = [...new Set([...term.french, ...kept])].filter((form) => !taken.has(form));
    french.forEach((form) => taken.add(form));
    return { ...term, ...before[0], french, english: term.english };
  });
}
