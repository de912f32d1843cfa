// The dialog that saves edited names in a stored glossary, for the articles to come.

import { announce, byId, element, show } from "./dom.js";
import * as glossaries from "./glossaries.js";
import { askForKey, explained, Misfit } from "./notice.js";
import { merged, sharing } from "./terms.js";
import { words } from "./words.js";

const NEW = ""; // of the list: a glossary that is not there yet
const NOT_ALLOWED = [401, 403];

/**
 * Saves terms.
 *
 * @param {Object} actions
 * @param {() => Object[]} actions.terms what there is to save.
 * @param {() => string} actions.preferred the id of the glossary to offer first, or "".
 * @param {(glossary: Object) => void} actions.onSaved told of the glossary that holds them now.
 * @param {(id: string) => void} actions.onAgain translate again with it.
 */
export class Keep {
  #dialog = byId("keep");
  #where = byId("keep-where");
  #actions;
  #terms = [];
  #stored = []; // glossaries
  #etag = ""; // of the version whose terms are shown
  #present = []; // those terms
  #isSaving = false; // a second press makes no second glossary
  #opening = null; // reads the glossaries that there are

  constructor(actions) {
    this.#actions = actions;
    this.#where.addEventListener("change", () => this.#attempt(() => this.#look()));
    byId("keep-terms").addEventListener("change", () => this.#allow());
    byId("keep-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    for (const button of this.#dialog.querySelectorAll(".close")) {
      button.addEventListener("click", () => this.#dialog.close());
    }
    byId("keep-again").addEventListener("click", () => {
      this.#dialog.close();
      actions.onAgain(this.#where.value);
    });
    byId("keep-key").addEventListener("click", () => {
      this.#dialog.close();
      askForKey(() => this.open());
    });
  }

  /** Show what there is to save, and the glossaries that may take it. */
  async open() {
    this.#terms = this.#actions.terms();
    this.#stored = [];
    this.#present = [];
    byId("keep-terms").replaceChildren();
    byId("keep-name").value = "";
    this.#offer(NEW);
    this.#show({ isSaved: false });
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#opening = this.#attempt(async () => {
      this.#stored = await glossaries.listed();
      const isNamed = byId("keep-name").value !== ""; // while they were on their way
      this.#offer(isNamed ? NEW : this.#actions.preferred() || this.#stored[0]?.id);
      await this.#look();
    });
  }

  /** Save once, and not before the glossaries are known. */
  async #submit() {
    if (this.#isSaving) return;
    this.#isSaving = true;
    await this.#opening;
    await this.#attempt(() => this.#save());
    this.#isSaving = false;
  }

  #offer(chosen) {
    const options = this.#stored.map(({ id, name, size }) =>
      element("option", { value: id, selected: id === chosen }, words.glossarySize(name, size)),
    );
    const fresh = element("option", { value: NEW, selected: chosen === NEW }, words.keepNew);
    this.#where.replaceChildren(...options, fresh);
    this.#drawTerms();
  }

  /** Read the glossary that is chosen, so that what it says now stands beside the names. */
  async #look() {
    this.#present = [];
    this.#etag = "";
    this.#drawTerms();
    const id = this.#where.value;
    if (id === NEW) return;
    const { etag, terms } = await glossaries.read(id);
    if (id !== this.#where.value) return; // another one was chosen meanwhile
    this.#etag = etag;
    this.#present = terms;
    this.#drawTerms();
  }

  #drawTerms() {
    const isNew = this.#where.value === NEW;
    show(byId("keep-new"), isNew);
    byId("keep-name").required = isNew;
    byId("keep-save").textContent = words.keepSave;
    const ticked = this.#ticked();
    const rows = this.#terms.map((term, number) => {
      return termRow(term, sharing(term, this.#present), number, ticked?.[number] ?? true);
    });
    byId("keep-terms").replaceChildren(...rows);
    this.#allow();
  }

  #boxes() {
    return [...byId("keep-terms").querySelectorAll("input")];
  }

  /** Which of the terms shown are ticked; null while others are shown. */
  #ticked() {
    const boxes = this.#boxes();
    return boxes.length === this.#terms.length ? boxes.map(({ checked }) => checked) : null;
  }

  #allow() {
    const isRead = this.#where.value === NEW || this.#etag !== "";
    byId("keep-save").disabled = !isRead || !this.#boxes().some(({ checked }) => checked);
  }

  async #save() {
    const terms = this.#terms.filter((_, number) => this.#boxes()[number].checked);
    const told = this.#where.value === NEW ? await this.#create(terms) : await this.#patch(terms);
    this.#stored = [told];
    this.#offer(told.id);
    this.#show({ isSaved: true });
    byId("keep-saved").textContent = words.keepSaved(told.name);
    announce(words.keepSaved(told.name));
    byId("keep-again").focus();
    this.#actions.onSaved(told);
  }

  #create(terms) {
    const name = byId("keep-name").value.trim();
    const isThere = this.#stored.some((one) => one.name.toLowerCase() === name.toLowerCase());
    if (isThere) throw new Misfit(words.keepThere);
    return glossaries.created(name, terms);
  }

  #patch(terms) {
    return glossaries.patched(this.#where.value, this.#etag, merged(terms, this.#present));
  }

  /** Do something, and tell in the dialog what goes wrong with it. */
  async #attempt(action) {
    show(byId("keep-notice"), false);
    show(byId("keep-key"), false);
    try {
      await action();
    } catch (error) {
      if (error.code === "outdated") await this.#attempt(() => this.#compare());
      else this.#tell(error);
    }
  }

  /** Somebody was faster: show what the glossary says now, and save only on the reader's word. */
  async #compare() {
    await this.#look();
    this.#tell(new Misfit(words.keepOutdated));
    byId("keep-save").textContent = words.keepAnyway;
    byId("keep-save").focus(); // which it lost while it could not be pressed
  }

  #tell(error) {
    const isScope = error.code === "scope_missing";
    const nodes = isScope ? [element("p", {}, words.keepScope)] : explained(error);
    byId("keep-notice").replaceChildren(...nodes);
    show(byId("keep-notice"), true);
    show(byId("keep-key"), NOT_ALLOWED.includes(error.status));
  }

  #show({ isSaved }) {
    show(byId("keep-form"), !isSaved);
    show(byId("keep-done"), isSaved);
  }
}

function termRow(term, present, number, isTicked) {
  const id = `keep-term-${number}`;
  return element(
    "li",
    {},
    element("input", { type: "checkbox", id, checked: isTicked }),
    element(
      "label",
      { for: id },
      element("span", { lang: "fr", class: "french" }, term.french.join(", ")),
      " = ",
      element("span", { lang: "en" }, term.english[0]),
      present.length > 0 && element("small", {}, presentForms(term, present)),
    ),
  );
}

function presentForms(term, present) {
  const forms = [...new Set(present.map(({ english }) => english[0]))];
  return forms.join() === term.english[0] ? words.keepSame : words.keepNow(forms.join(", "));
}
