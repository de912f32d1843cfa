// What the page says, in English and French. A text with something in it is a function.

const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;
const pluriel = (count, un, des) => `${count} ${count < 2 ? un : des}`;

const ENGLISH = {
  tagline: "French news into English, line by line",
  otherLanguage: "Français",
  textLabel: "French article",
  textPlaceholder: "Paste a French article here",
  textHint: "or drop one here: text, Word, HTML, subtitles… Ctrl + Enter translates.",
  translate: "Translate",
  openFile: "Open a file…",
  options: "Glossary and options",
  title: "Headline",
  titleHint: "if it is not in the text",
  glossary: "Stored glossary",
  noGlossary: "None",
  terms: "Terms for this article",
  termsPlaceholder: "Daech = ISIS",
  termsHint: "one a line: French = English; several French forms with | between them",
  termsWrong: (lines) => `These lines of the terms have no “=”: ${lines}.`,
  summaryWords: "Words of the summary",
  strict: "Say it is an error when a name stays wrong",
  isFrench: "Do not check that the text is French",
  keyWanted: "This service asks for a key",
  keyUse: "Use this key",
  keyHint: "It is kept until you close this tab, and sent to this service only.",
  translation: "Translation",
  article: "Article",
  progress: "Part of the article that is translated",
  cancel: "Cancel",
  resume: "Go on",
  undo: "Undo",
  copy: "Copy the English",
  copied: "Copied",
  format: "File format",
  formats: { docx: "Word", html: "HTML", json: "JSON", markdown: "Markdown", text: "Plain text" },
  download: "Download",
  again: "Change the text",
  summary: "Summary",
  names: "Names",
  jump: (number) => `Paragraph ${number}`,
  translating: "Translating…",
  broken: (wait) => `The connection broke. Going on in ${wait} s…`,
  cancelled: (paragraphs) => `Cancelled after ${plural(paragraphs, "paragraph", "paragraphs")}.`,
  stopped: "Stopped.",
  done: (paragraphs, names) =>
    `${plural(paragraphs, "paragraph", "paragraphs")}, ${plural(names, "name", "names")}`,
  toCheck: (count) => `${plural(count, "sentence", "sentences")} to check`,
  nothingToCheck: "nothing to check",
  unreachable: "The service does not answer.",
  unreachableHint: "Check that it runs, then try again.",
  unexpected: "The page made a mistake.",
  sentence: (number) => `Sentence ${number}:`,
  confidence: (percent) => `${percent}%`,
  legend: "Dotted, with a percentage: so many ordinary sentences come out less sure than this one.",
  flags: {
    length: "Length",
    repetition: "Repetition",
    numbers: "Numbers",
    untranslated: "Not translated",
    truncated: "Cut short",
    quotes: "Quotation marks",
    meaning: "Meaning",
    name: "Name",
  },
  severities: { amber: "worth a look", red: "read the French" },
  types: { person: "person", place: "place", organisation: "organisation", other: "" },
  origins: {
    request: "typed by you",
    stored: "stored glossary",
    "built-in": "built-in list",
    article: "found in the article",
  },
  hows: {
    model: "as translated",
    "n-best": "from a second reading",
    repaired: "written over",
    constrained: "forced into place",
    substituted: "put in beforehand",
    memory: "confirmed by a person",
    unresolved: "not put right",
  },
  inFrench: "In the French",
  from: "From",
  mentions: (count) => plural(count, "mention", "mentions"),
  unresolved: (count) => `${count} not put right`,
  englishForm: "English form",
  otherForm: (form, count) => `Where it reads “${form}” (${count})`,
  change: "Change everywhere",
  close: "Close",
  previous: "Previous mention",
  next: "Next mention",
  changed: (form, count) => `${form}: ${plural(count, "mention", "mentions")} changed.`,
  undone: "Undone.",
  faults: {}, // the service speaks English
};

const FRENCH = {
  tagline: "L’actualité française en anglais, ligne à ligne",
  otherLanguage: "English",
  textLabel: "Article en français",
  textPlaceholder: "Collez ici un article en français",
  textHint: "ou déposez-en un ici : texte, Word, HTML, sous-titres… Ctrl + Entrée traduit.",
  translate: "Traduire",
  openFile: "Ouvrir un fichier…",
  options: "Glossaire et options",
  title: "Titre",
  titleHint: "s’il n’est pas dans le texte",
  glossary: "Glossaire enregistré",
  noGlossary: "Aucun",
  terms: "Termes pour cet article",
  termsPlaceholder: "Daech = ISIS",
  termsHint: "un par ligne : français = anglais ; plusieurs formes françaises séparées par |",
  termsWrong: (lines) => `Il manque un « = » aux lignes suivantes des termes : ${lines}.`,
  summaryWords: "Mots du résumé",
  strict: "Signaler comme une erreur un nom resté faux",
  isFrench: "Ne pas vérifier que le texte est en français",
  keyWanted: "Ce service demande une clé",
  keyUse: "Utiliser cette clé",
  keyHint: "Elle est gardée jusqu’à la fermeture de l’onglet et envoyée à ce seul service.",
  translation: "Traduction",
  article: "Article",
  progress: "Part de l’article déjà traduite",
  cancel: "Arrêter",
  resume: "Reprendre",
  undo: "Annuler",
  copy: "Copier l’anglais",
  copied: "Copié",
  format: "Format de fichier",
  formats: { docx: "Word", html: "HTML", json: "JSON", markdown: "Markdown", text: "Texte brut" },
  download: "Télécharger",
  again: "Modifier le texte",
  summary: "Résumé",
  names: "Noms",
  jump: (number) => `Paragraphe ${number}`,
  translating: "Traduction en cours…",
  broken: (wait) => `Connexion interrompue. Reprise dans ${wait} s…`,
  cancelled: (paragraphs) => `Arrêté après ${pluriel(paragraphs, "paragraphe", "paragraphes")}.`,
  stopped: "Interrompu.",
  done: (paragraphs, names) =>
    `${pluriel(paragraphs, "paragraphe", "paragraphes")}, ${pluriel(names, "nom", "noms")}`,
  toCheck: (count) => `${pluriel(count, "phrase", "phrases")} à vérifier`,
  nothingToCheck: "rien à vérifier",
  unreachable: "Le service ne répond pas.",
  unreachableHint: "Vérifiez qu’il fonctionne, puis réessayez.",
  unexpected: "La page a commis une erreur.",
  sentence: (number) => `Phrase ${number} :`,
  confidence: (percent) => `${percent} %`,
  legend:
    "En pointillé, avec un pourcentage : la part des phrases ordinaires dont le modèle est moins sûr.",
  flags: {
    length: "Longueur",
    repetition: "Répétition",
    numbers: "Nombres",
    untranslated: "Non traduit",
    truncated: "Coupé",
    quotes: "Guillemets",
    meaning: "Sens",
    name: "Nom",
  },
  severities: { amber: "à relire", red: "relire le français" },
  types: { person: "personne", place: "lieu", organisation: "organisation", other: "" },
  origins: {
    request: "saisi par vous",
    stored: "glossaire enregistré",
    "built-in": "liste intégrée",
    article: "trouvé dans l’article",
  },
  hows: {
    model: "du modèle",
    "n-best": "d’une autre lecture",
    repaired: "par retouche",
    constrained: "par contrainte",
    substituted: "par substitution",
    memory: "confirmée par quelqu’un",
    unresolved: "sans correction",
  },
  inFrench: "En français",
  from: "D’après",
  mentions: (count) => pluriel(count, "mention", "mentions"),
  unresolved: (count) => pluriel(count, "non corrigée", "non corrigées"),
  englishForm: "Forme anglaise",
  otherForm: (form, count) => `Là où on lit « ${form} » (${count})`,
  change: "Changer partout",
  close: "Fermer",
  previous: "Mention précédente",
  next: "Mention suivante",
  changed: (form, count) => `${form} : ${pluriel(count, "mention changée", "mentions changées")}.`,
  undone: "Modification annulée.",
  faults: {
    bad_input: "Ce texte ne peut pas être traduit tel quel.",
    empty_text: "Le texte est vide.",
    not_utf8: "Le texte n’est pas en UTF-8.",
    bad_file: "Ce fichier ne peut pas être lu.",
    control_character: "Le texte contient un caractère qui n’a rien à y faire.",
    too_long: "Le texte est trop long.",
    not_french: "Le texte n’est pas en français.",
    bad_glossary: "Le glossaire se contredit ou ne peut pas être lu.",
    invalid_request: "Un des champs n’est pas valable.",
    unresolved_names: "Des noms n’ont pas pu être corrigés.",
    model_error: "Le modèle est en défaut.",
    engine_failed: "Le moteur de traduction a échoué.",
    key_unknown: "Cette clé n’est pas valable.",
    scope_missing: "Cette clé ne permet pas cela.",
    too_fast: "Cette clé a servi trop souvent ces derniers temps.",
    overloaded: "Le service est très occupé. Réessayez dans un moment.",
    draining: "Le service s’arrête. Réessayez dans un moment.",
    deadline_passed: "La traduction a pris plus de temps que permis.",
    not_found: "Ce service n’a pas cette fonction.",
  },
};

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
