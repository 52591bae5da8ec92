// What every page has: words, requests, toasts, dialogs, colours, keys, and live changes.
// Nothing here decides anything: buttons ask the server, and show what it says.

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const words = JSON.parse($("#words").textContent);

export function w(key, values = {}) {
  let said = words[key];
  if (said.includes(" | ")) said = said.split(" | ")[values.n === 1 ? 0 : 1];
  return said.replace(/\{(\w+)\}/g, (slot, name) => {
    const value = values[name];
    return value === undefined ? slot : typeof value === "number" ? value.toLocaleString("en") : value;
  });
}

export function listed(names) {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} ${w("and")} ${names.at(-1)}`;
}

export function make(tag, className = "", text = undefined) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

// This browser's own memory; it may be switched off.
export const memory = {
  get(key) { try { return localStorage.getItem(`sharekit-${key}`); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(`sharekit-${key}`, value); } catch { /* does without */ } },
};

// --- asking the server

export class Refused extends Error {
  constructor(answer) { super(answer.says || ""); this.answer = answer; }
}

export async function ask(path, data = {}) {
  let response, answer;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(data),
    });
    const type = response.headers.get("content-type") || "";
    answer = type.includes("json") ? await response.json() : { says: await response.text() };
  } catch {
    $("#lost").hidden = false;
    throw new Refused({ says: w("lost") });
  }
  if (!response.ok) throw new Refused(answer);
  return answer;
}

export async function act(path, data, button = null) {
  button?.setAttribute("aria-busy", "true");
  try {
    const answer = await ask(path, data);
    const more = (answer.problems || []).join(" ");
    const undo = answer.undo && (answer.undo.ids || []).length ? () => act(answer.undo.path, answer.undo) : null;
    if (answer.says) say([answer.says, more].filter(Boolean).join(" "), undo);
    return answer;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    say([error.message, error.answer.hint].filter(Boolean).join(" "));
    return null;
  } finally {
    button?.removeAttribute("aria-busy");
  }
}

// The focus goes to *element*, or to the content where that cannot have it: never nowhere.
function focus(element) {
  element?.focus({ preventScroll: true });
  if (document.activeElement !== element || element === document.body) $("#main").focus({ preventScroll: true });
}

// --- toasts

const toast = $("#toast");
let toastEnds;

export function say(text, undo = null) {
  const before = toast.contains(document.activeElement) ? null : document.activeElement;
  toast.replaceChildren(make("span", "", text));
  if (undo) {
    const button = make("button", "b s", w("undo"));
    button.type = "button";
    button.addEventListener("click", async () => {
      await undo();
      if (toast.contains(document.activeElement) || document.activeElement === document.body) focus(before);
      say(w("undone"));
    });
    toast.append(button);
  }
  clearTimeout(toastEnds);
  toastEnds = setTimeout(() => { if (!toast.contains(document.activeElement)) toast.replaceChildren(); }, 12000);
}

// --- colours of the page

const themes = ["system", "light", "dark"];
const themeButton = $("#theme");

function setTheme(name) {
  if (name === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  themeButton.setAttribute("aria-label", w("theme", { name: w(name) }));
  themeButton.title = w("theme_said", { name: w(name) });
}
let theme = themes.includes(memory.get("theme")) ? memory.get("theme") : "system";
setTheme(theme);
themeButton.addEventListener("click", () => {
  theme = themes[(themes.indexOf(theme) + 1) % themes.length];
  memory.set("theme", theme);
  setTheme(theme);
  say(w("theme_said", { name: w(theme) }));
});

// --- buttons that say what they do in their attributes

document.addEventListener("click", (event) => {
  const target = event.target.closest("button, a");
  if (!target) return;
  if (target.getAttribute("aria-disabled") === "true") {
    event.preventDefault();
    if (target.title) say(target.title);
    return;
  }
  const { open, goto, post, ids, accounts, article } = target.dataset;
  if (open) { $(open).showModal(); document.dispatchEvent(new CustomEvent("opened", { detail: open })); }
  if ("close" in target.dataset) target.closest("dialog").close();
  if (goto) go(goto);
  if (post) {
    const data = {};
    if (ids) data.ids = ids.split(" ");
    if (accounts) data.accounts = accounts.split(" ");
    if (article) data.post = article;
    if (target.dataset.posted) data.posted = true;
    if (target.dataset.link) data.url = $(target.dataset.link).value.trim();
    if (target.dataset.approve) data.approve = true;
    act(post, data, target).then(refresh);
  }
});

function go(selector) {
  const field = $(selector);
  if (!field) return;
  const hidden = field.closest(".mine[hidden]");
  const target = hidden ? $(".own", field.closest(".ch")) : field;
  target.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
}

// --- live changes: regions of the page are put in the place of the old ones

let refreshing = null;
let again = false;

export function refresh() {
  if (refreshing) { again = true; return refreshing; }
  refreshing = fetchFresh().finally(() => {
    refreshing = null;
    if (again) { again = false; refresh(); }
  });
  return refreshing;
}

// The page at *address*; null when the server has stopped, or this page is being left meanwhile.
export async function load(address) {
  try {
    const response = await fetch(address, { headers: { accept: "text/html" } });
    if (response.status === 404) document.dispatchEvent(new Event("gone"));
    if (!response.ok) return null;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    return fresh.body.dataset.version === undefined ? null : fresh;
  } catch { return null; }
}

async function fetchFresh() {
  const fresh = await load(location.href);
  if (!fresh) return;
  for (const old of $$("[data-live]")) {
    const now = $(`[data-live="${CSS.escape(old.dataset.live)}"]`, fresh);
    if (!now || old.isEqualNode(now)) continue;
    for (const field of $$("input[id]:not([type=checkbox], [type=radio])", old)) {
      const next = $(`#${CSS.escape(field.id)}`, now);
      if (next && field.value !== field.defaultValue) next.value = field.value;
    }
    if (old.contains(document.activeElement) && document.activeElement !== document.body) {
      const path = pathOf(document.activeElement, old);
      old.replaceWith(document.adoptNode(now));
      focus(followed(path, now));
    } else {
      old.replaceWith(document.adoptNode(now));
    }
  }
  document.title = fresh.title;
  document.body.dataset.version = fresh.body.dataset.version;
  document.dispatchEvent(new CustomEvent("refreshed", { detail: fresh }));
}

function pathOf(element, root) {
  const path = [];
  for (let at = element; at !== root; at = at.parentElement) path.unshift([...at.parentElement.children].indexOf(at));
  return path;
}
function followed(path, root) {
  let at = root;
  for (const index of path) { at = at?.children[index]; }
  return at;
}

let tries = 0;
function listen() {
  const source = new EventSource("/events");
  source.addEventListener("message", (event) => {
    tries = 0;
    $("#lost").hidden = true;
    const { version, drawing } = JSON.parse(event.data);
    document.dispatchEvent(new CustomEvent("drawing", { detail: drawing }));
    if (String(version) !== document.body.dataset.version) refresh();
  });
  source.addEventListener("error", () => {
    tries += 1;
    if (tries > 1) $("#lost").hidden = false;
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
  });
  addEventListener("pagehide", () => source.close(), { once: true });
}
addEventListener("pageshow", (event) => { if (event.persisted) { listen(); refresh(); } });
document.addEventListener("click", (event) => { if (event.target.closest("#lost [data-connect]")) location.reload(); });
listen();

// --- keys

const keys = $("#keys");
const keysOn = $("#keys-on");
keysOn.checked = memory.get("keys") !== "off";
keysOn.addEventListener("change", () => memory.set("keys", keysOn.checked ? "on" : "off"));
const places = { a: "/", p: "/plan", q: "/queue", l: "/layouts", c: "/accounts" };
let prefix = "";
let prefixEnds;

export function typing(target) {
  return target.matches("input:not([type=radio], [type=checkbox], [type=range], [type=color]), textarea, select, [contenteditable]");
}

document.addEventListener("keydown", (event) => {
  if (memory.get("keys") === "off" || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if ($("dialog[open]") && event.key !== "?") return;
  if (prefix === "g") {
    prefix = "";
    if (places[event.key]) { event.preventDefault(); location.href = places[event.key]; }
    return;
  }
  if (event.key === "g") {
    prefix = "g";
    clearTimeout(prefixEnds);
    prefixEnds = setTimeout(() => { prefix = ""; }, 1200);
  } else if (event.key === "?") {
    if (keys.open) keys.close(); else keys.showModal();
  } else if (event.key === "/" && $("#q")) {
    event.preventDefault();
    $("#q").focus();
  } else if (event.key === "j" || event.key === "k") {
    step(event.key === "j" ? 1 : -1);
  }
});

function step(by) {
  const all = $$(".item h3 a, .ch, .cause, .slot[tabindex]").filter((element) => element.offsetParent);
  const here = all.indexOf(document.activeElement.closest(".ch, .cause, .slot, .item h3 a"));
  const next = all[Math.min(all.length - 1, Math.max(0, here + by))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
