// Elements, made so that data can never become markup: strings go in as text nodes.

export const byId = (id) => document.getElementById(id);

/**
 * Make an element.
 *
 * @param {string} tag
 * @param {Object} attributes false, null and undefined leave one out; on… adds a listener.
 * @param {...(Node|string)} children null and false are left out.
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== false));
  return node;
}

export function show(node, isShown) {
  node.hidden = !isShown;
}

/** Say something to screen readers, once. */
export function announce(text) {
  byId("announcer").textContent = text;
}
