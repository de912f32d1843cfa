// The card of a name: its row of the ledger, and a form to write it otherwise.

import { byId, element } from "./dom.js";
import { followed, formsOf } from "./names.js";
import { lightName, mentionNodes } from "./reading.js";
import { words } from "./words.js";

const HOVER_DELAY = 200; // milliseconds, so that a passing pointer opens nothing
const LEAVE_DELAY = 300; // enough to reach the card

/**
 * Shows the card of the name that is hovered or focused; a click or Enter goes into it.
 *
 * @param {Object} actions
 * @param {() => Object[]} actions.names the ledger as it is.
 * @param {(number: number, changes: Map) => void} actions.onPreview show a name otherwise.
 * @param {() => void} actions.onRevert show it as it was.
 * @param {(number: number, changes: Map) => void} actions.onChange keep it so.
 */
export class Card {
  #card = byId("card");
  #actions;
  #number = null; // of the name shown
  #anchor = null; // {number, index, inLedger}: what to give the focus back to
  #timer = 0;
  #pointer = {}; // where it was last
  #isPreviewed = false; // what is shown is not yet kept
  #isQuiet = false; // the focus comes back to a name whose card was just closed

  constructor(actions) {
    this.#actions = actions;
    const reading = byId("reading");
    reading.addEventListener("pointerover", (event) => this.#hover(event));
    reading.addEventListener("pointerout", () => this.#leaveSoon());
    reading.addEventListener("focusin", (event) => this.#focus(event));
    reading.addEventListener("focusout", () => this.#leaveSoon());
    reading.addEventListener("click", (event) => this.#press(event));
    reading.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      if (event.target.matches(".mention")) this.#press(event);
    });
    document.addEventListener("pointermove", ({ clientX, clientY }) => {
      this.#pointer = { x: clientX, y: clientY };
    });
    this.#card.addEventListener("pointerenter", () => clearTimeout(this.#timer));
    this.#card.addEventListener("pointerleave", () => this.#leaveSoon());
    this.#card.addEventListener("focusout", (event) => {
      if (!this.#card.contains(event.relatedTarget) && document.hasFocus()) this.close();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#number !== null) this.close({ giveBackFocus: true });
    });
    window.addEventListener("scroll", () => this.#follow(), { passive: true });
  }

  close({ giveBackFocus = false } = {}) {
    clearTimeout(this.#timer);
    if (this.#number === null) return;
    this.#number = null;
    lightName(undefined);
    this.#card.hidePopover();
    this.#card.replaceChildren();
    if (this.#isPreviewed) this.#actions.onRevert();
    this.#isPreviewed = false;
    if (giveBackFocus) this.#giveBackFocus();
  }

  #giveBackFocus() {
    this.#isQuiet = true;
    this.#anchorNode()?.focus();
    this.#isQuiet = false;
  }

  #isInUse() {
    return this.#card.contains(document.activeElement);
  }

  #hover(event) {
    const node = event.target.closest("[data-name]");
    if (!node || this.#isInUse() || this.#isResting(event)) return;
    clearTimeout(this.#timer);
    lightName(node.dataset.name);
    this.#timer = setTimeout(() => this.#open(node), HOVER_DELAY);
  }

  /** Whether the text came under the pointer, and not the pointer over the text. */
  #isResting({ clientX, clientY }) {
    return clientX === this.#pointer.x && clientY === this.#pointer.y;
  }

  #focus({ target }) {
    const node = target.closest("[data-name]");
    // A pointer that presses gives the focus too; the click that follows opens the form.
    if (node && !this.#isQuiet && node.matches(":focus-visible")) this.#open(node);
  }

  #leaveSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#isInUse() || this.#isHeld() || this.close(), LEAVE_DELAY);
    if (this.#number === null) lightName(undefined);
  }

  /** Whether the name of the card has the focus or the pointer still. */
  #isHeld() {
    const held = document.activeElement?.closest("[data-name]:focus-visible");
    return held?.dataset.name === String(this.#number) || this.#card.matches(":hover");
  }

  /** A card that is only looked at goes when its name scrolls away from under the pointer. */
  #follow() {
    if (this.#number === null || this.#isInUse()) return;
    if (this.#isHeld()) this.#place(this.#anchorNode().getBoundingClientRect());
    else this.close();
  }

  #press(event) {
    const node = event.target.closest("[data-name]");
    if (!node) return;
    event.preventDefault();
    this.#open(node);
    const field = this.#card.querySelector("input");
    field.focus();
    field.select();
  }

  #open(node) {
    clearTimeout(this.#timer);
    const number = Number(node.dataset.name);
    this.#anchor = anchorOf(node);
    if (number !== this.#number) {
      this.#number = number;
      this.#card.replaceChildren(...this.#content(this.#actions.names()[number]));
    }
    node.setAttribute("aria-describedby", "card-about");
    lightName(number);
    this.#card.showPopover();
    this.#place(node.getBoundingClientRect());
  }

  /** Put the card under the name, or over it where there is no room. */
  #place(name) {
    const { width, height } = this.#card.getBoundingClientRect();
    const left = Math.max(8, Math.min(name.left, innerWidth - width - 8));
    const isRoomBelow = name.bottom + 6 + height < innerHeight;
    const top = isRoomBelow ? name.bottom + 6 : Math.max(8, name.top - height - 6);
    this.#card.style.setProperty("--left", `${left}px`);
    this.#card.style.setProperty("--top", `${top}px`);
  }

  #content(name) {
    const fields = formsOf(name).map(([form, count], index) => field(form, count, index));
    const form = element(
      "form",
      { onsubmit: (event) => this.#submit(event) },
      fields,
      element(
        "div",
        { class: "actions" },
        element("button", { class: "primary" }, words.change),
        element(
          "button",
          { type: "button", onclick: () => this.close({ giveBackFocus: true }) },
          words.close,
        ),
        element(
          "span",
          { class: "group" },
          this.#stepButton(-1, "‹", words.previous),
          this.#stepButton(1, "›", words.next),
        ),
      ),
    );
    form.addEventListener("input", (event) => this.#type(event));
    return [...about(name), form];
  }

  #stepButton(step, sign, label) {
    const isAlone = mentionNodes(this.#number).length < 2;
    return element(
      "button",
      { type: "button", "aria-label": label, disabled: isAlone, onclick: () => this.#step(step) },
      sign,
    );
  }

  /** Go to the next mention in the English, round the end. */
  #step(step) {
    const nodes = mentionNodes(this.#number);
    if (!nodes.length) return;
    const at = nodes.indexOf(this.#anchorNode());
    const node = at < 0 ? nodes.at(step > 0 ? 0 : -1) : nodes.at((at + step) % nodes.length);
    this.#anchor = anchorOf(node);
    node.scrollIntoView({ block: "center" });
    this.#place(node.getBoundingClientRect());
  }

  #type({ target }) {
    const [canonical, ...others] = this.#card.querySelectorAll("input");
    if (target === canonical) {
      for (const other of others) {
        if (!other.dataset.touched) {
          other.value = followed(
            other.dataset.form,
            canonical.dataset.form,
            canonical.value.trim(),
          );
        }
      }
    }
    target.dataset.touched = "yes";
    const changes = this.#changes();
    if (!changes) return;
    this.#isPreviewed = true;
    this.#actions.onPreview(this.#number, changes);
    lightName(this.#number); // what was drawn anew too
  }

  /** What is typed: present forms to new ones; null while one is empty. */
  #changes() {
    const fields = [...this.#card.querySelectorAll("input")];
    const pairs = fields.map((one) => [one.dataset.form, one.value.trim().replace(/\s+/g, " ")]);
    return pairs.every(([, form]) => form) ? new Map(pairs) : null;
  }

  #submit(event) {
    event.preventDefault();
    const changes = this.#changes();
    if (!changes) return;
    const number = this.#number;
    this.close();
    this.#actions.onChange(number, changes);
    this.#giveBackFocus(); // to the name as it is drawn now
  }

  #anchorNode() {
    const { number, index, inLedger } = this.#anchor;
    if (inLedger) return byId("names").querySelector(`[data-name="${number}"]`);
    return document.querySelectorAll(`.row [data-name="${number}"]`)[index];
  }
}

function anchorOf(node) {
  const number = node.dataset.name;
  const inLedger = node.closest("#names") !== null;
  const index = [...document.querySelectorAll(`.row [data-name="${number}"]`)].indexOf(node);
  return { number, index, inLedger };
}

function about(name) {
  const forms = new Set(name.mentions.map((mention) => mention.source));
  const hows = new Map();
  for (const { how } of name.mentions) hows.set(how, (hows.get(how) ?? 0) + 1);
  const told = [...hows].map(([how, count]) => `${count} ${words.hows[how]}`).join(", ");
  return [
    element(
      "h2",
      { id: "card-heading", lang: "en" },
      name.canonical,
      words.types[name.type] && element("small", {}, words.types[name.type]),
    ),
    element(
      "dl",
      { id: "card-about" },
      fact(words.inFrench, element("span", { lang: "fr" }, [...forms].join(", "))),
      fact(words.from, words.origins[name.origin]),
      fact(words.mentions(name.mentions.length), told),
    ),
  ];
}

const fact = (term, value) =>
  element("div", {}, element("dt", {}, term), " ", element("dd", {}, value));

function field(form, count, index) {
  const id = `card-form-${index}`;
  const label = index === 0 ? words.englishForm : words.otherForm(form, count);
  return element(
    "p",
    {},
    element("label", { for: id }, label),
    element("input", {
      id,
      lang: "en",
      value: form,
      required: true,
      maxlength: 200,
      autocomplete: "off",
      spellcheck: "false",
      "data-form": form,
    }),
  );
}
