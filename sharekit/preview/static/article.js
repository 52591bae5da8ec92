// One article: typing, counting, saving, conflicts, and what follows a change on disk.
import { $, $$, ask, load, make, memory, Refused, refresh, say, typing, w } from "./page.js";
import { channels, draw, measure, total } from "./drawings.js";

const PAUSE = 800; // ms without a key after which a text is saved
export const article = $("#bar").dataset.article;
const readOnly = "readOnly" in document.body.dataset;
export const fields = () => $$("textarea[data-save]");
const shared = $("#shared");

// --- text fields: what was saved last, and whether there is more

const saved = new WeakMap();
const timers = new WeakMap();
for (const field of fields()) saved.set(field, field.value);
const dirty = (field) => field.value !== saved.get(field);

function paint(field) {
  const back = field.previousElementSibling;
  if (!back?.classList.contains("bk")) return;
  const text = field.value;
  back.replaceChildren();
  const room = Number(field.dataset.room ?? text.length);
  if (Number(field.dataset.over) > 0) {
    const points = [...text];
    back.append(points.slice(0, room).join(""), make("mark", "", points.slice(room).join("")));
  } else {
    back.append(text);
  }
  back.append("\n");
}

function small(field) {
  if (field === shared) $("#shared-n").textContent = w("characters", { n: [...field.value].length });
  if (field.id === "alt") $("#alt-n").textContent = w("characters", { n: [...field.value].length });
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches("textarea[data-save]")) return;
  paint(field);
  small(field);
  if (field.dataset.voice) count(field.dataset.voice);
  clearTimeout(timers.get(field));
  timers.set(field, setTimeout(() => keep(field), PAUSE));
});
document.addEventListener("focusout", (event) => {
  if (event.target.matches("textarea[data-save]") && dirty(event.target)) keep(event.target);
});
addEventListener("beforeunload", (event) => { if (fields().some(dirty)) event.preventDefault(); });

// --- counting: one request on its way at a time, always with the latest texts

let counting = false;
const waiting = new Set();

function count(voice) {
  waiting.add(voice);
  if (!counting) send();
}

async function send() {
  counting = true;
  while (waiting.size) {
    const voices = [...waiting];
    waiting.clear();
    const typed = {};
    if (shared.value.trim()) typed["*"] = shared.value;
    for (const ch of channels()) {
      const field = $("textarea", ch);
      if (ch.dataset.own) typed[field.dataset.voice] = field.value.trim() ? field.value : " ";
    }
    const all = voices.includes("*");
    const accounts = channels()
      .filter((ch) => (all && !ch.dataset.own) || voices.includes(ch.dataset.voice))
      .map((ch) => ch.dataset.account);
    try {
      const answer = await ask("/count", { post: article, typed, accounts });
      for (const panel of answer.panels) show(panel);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      break;
    }
  }
  counting = false;
  total();
}

function show(panel) {
  const ch = channels().find((each) => each.dataset.account === panel.account);
  if (!ch) return;
  const { state, main, rest, over, room } = panel.count;
  const counter = $(".cnt", ch);
  counter.className = `cnt ${state}`;
  $("b", counter).textContent = main;
  $(".mut", counter).textContent = rest;
  const line = $(".overline", ch);
  line.hidden = !over;
  $("span", line).textContent = w("over", { n: over });
  ch.dataset.over = over;
  ch.dataset.stop = panel.stops.length ? "1" : "";
  ch.classList.toggle("bad", panel.stops.length > 0);
  const field = $("textarea", ch);
  field.dataset.over = over;
  field.dataset.room = room;
  if (ch.dataset.own) paint(field);
  const texts = $$(".tx", ch);
  if (texts.length !== panel.texts.length) return; // a thread has another number of parts: drawn anew when saved
  panel.texts.forEach((pieces, index) => {
    texts[index].replaceChildren(
      ...pieces.map(([kind, text]) => (kind === "text" ? text : make("span", `lk ${kind}`, text))),
    );
  });
  measure(ch);
}

// --- saving

const status = $("#saved");

export async function keep(field) {
  clearTimeout(timers.get(field));
  if (!dirty(field) || readOnly || field.dataset.conflict) return;
  const value = field.value;
  status.textContent = w("saving");
  try {
    const answer = await ask("/save", {
      post: article,
      key: field.dataset.save,
      value: field.dataset.save === "social.*" && !value.trim() ? null : value,
      base: field.dataset.base,
    });
    saved.set(field, value);
    field.dataset.base = answer.base;
    status.textContent = answer.says;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    status.textContent = w("not_saved", { why: error.message });
    if (error.answer.conflict) conflict(field, error.answer.current ?? "", await load(location.href) ?? document);
  }
}

async function set(key, value, base = undefined) {
  try {
    const answer = await ask("/save", { post: article, key, value, base });
    status.textContent = answer.says;
    await refresh();
    return answer;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    say(error.answer.conflict ? w("not_saved", { why: error.message }) : error.message);
    await refresh();
    return null;
  }
}
document.addEventListener("keep", (event) => set(...event.detail));

function conflict(field, current, page) {
  if (field.dataset.conflict) return; // the file's change and the refused save both tell of it
  field.dataset.conflict = "1";
  const notice = document.adoptNode($("#conflict", page).content.cloneNode(true)).firstElementChild;
  const [theirs, mine] = compared(current, field.value);
  $(".theirs", notice).replaceChildren(...theirs);
  $(".mine-text", notice).replaceChildren(...mine);
  notice.addEventListener("click", async (event) => {
    const choice = event.target.closest("[data-choose]")?.dataset.choose;
    if (!choice) return;
    delete field.dataset.conflict;
    if (choice === "copy") {
      await navigator.clipboard?.writeText(field.value).then(() => say(w("copied")), () => {});
    }
    if (choice === "mine") {
      delete field.dataset.base; // chosen with open eyes: whatever is there now
      await keep(field);
    } else {
      field.value = current;
      saved.set(field, current);
      paint(field);
      if (field.dataset.voice) count(field.dataset.voice);
    }
    notice.remove();
    await refresh();
    field.focus();
  });
  $("#conflicts").append(notice);
  notice.scrollIntoView({ block: "nearest" });
}

// Words that only one of two texts has, by the longest common run of words.
function compared(one, other) {
  const a = one.split(/(\s+)/), b = other.split(/(\s+)/);
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      table[i][j] = a[i] === b[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
  const left = [], right = [];
  let i = 0, j = 0;
  const put = (side, word, same) => side.push(same || !word.trim() ? word : make("mark", "", word));
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) { put(left, a[i++], true); put(right, b[j++], true); }
    else if (j >= b.length || (i < a.length && table[i + 1][j] >= table[i][j + 1])) put(left, a[i++], false);
    else put(right, b[j++], false);
  }
  return [left, right];
}

// --- own text or the shared one, on or off, attach, layout

function own(ch, on) {
  ch.dataset.own = on ? "1" : "";
  $(".mine", ch).hidden = !on;
  $(".line-own", ch).hidden = !on;
  $(".line-shared", ch).hidden = on;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest(".own, .back");
  const ch = button?.closest(".ch");
  if (!ch || button.getAttribute("aria-disabled") === "true") return;
  const field = $("textarea", ch);
  if (button.matches(".own")) {
    own(ch, true);
    if (!field.value) field.value = shared.value || [...$$(".tx", ch)].map((tx) => tx.textContent).join("\n");
    paint(field);
    field.focus();
    count(field.dataset.voice);
    return;
  }
  const text = field.value;
  own(ch, false);
  $(".own", ch).focus();
  clearTimeout(timers.get(field));
  if (saved.get(field)) {
    const answer = await set(field.dataset.save, null);
    if (answer) field.dataset.base = answer.base;
  }
  field.value = "";
  saved.set(field, "");
  count(field.dataset.voice);
  say(w("shared_now", { name: ch.dataset.name }), async () => {
    field.value = text;
    own(ch, true);
    paint(field);
    field.focus();
    await keep(field);
    count(field.dataset.voice);
  });
});

document.addEventListener("change", async (event) => {
  const field = event.target;
  if (!field.matches("[data-save]") || field.matches("textarea")) return;
  if (field.type === "checkbox") {
    field.closest(".ch").classList.toggle("off", !field.checked);
    total();
    await set(field.dataset.save, !field.checked);
  } else {
    const answer = await set(field.dataset.save, field.value || null, field.dataset.base);
    if (answer) field.dataset.base = answer.base;
  }
});

// --- for a network that a person posts to

document.addEventListener("click", async (event) => {
  const button = event.target.closest(".copy");
  if (!button) return;
  const texts = $$(".tx", button.closest(".ch")).map((tx) => tx.textContent);
  try {
    await navigator.clipboard.writeText(button.dataset.text ?? texts.join("\n\n"));
    say(w("copied"));
  } catch {
    say(w("not_copied"));
  }
});

// --- after a live change: fields that nobody is typing in follow the file

document.addEventListener("gone", () => { $("#gone").hidden = false; });
document.addEventListener("refreshed", ({ detail: fresh }) => {
  $("#gone").hidden = true;
  const now = $$(".ch[data-account]", fresh).map((ch) => ch.dataset.account).join();
  if (now !== channels().map((ch) => ch.dataset.account).join() && !fields().some(dirty)) location.reload();
  else if (!$("#focal") !== !$("#focal", fresh) && !fields().some(dirty)) location.reload(); // its first picture, or its last
  for (const field of $$("[data-save][data-base]")) {
    const other = $(`[data-save="${CSS.escape(field.dataset.save)}"]`, fresh);
    if (!other || other.dataset.base === field.dataset.base || field.dataset.conflict) continue;
    if (!field.matches("textarea")) {
      field.value = other.value;
      field.dataset.base = other.dataset.base;
    } else if (!dirty(field)) {
      field.value = other.value;
      field.dataset.base = other.dataset.base;
      saved.set(field, other.value);
    } else if (other.value === field.value) {
      field.dataset.base = other.dataset.base;
      saved.set(field, field.value);
    } else {
      clearTimeout(timers.get(field));
      conflict(field, other.value, fresh);
    }
  }
  for (const ch of channels()) {
    const other = $(`#${CSS.escape(ch.id)}`, fresh);
    if (!other) continue;
    const field = $("textarea", ch);
    if (!dirty(field)) {
      own(ch, Boolean(other.dataset.own));
      for (const name of ["stop", "over", "sent"]) ch.dataset[name] = other.dataset[name];
      ch.className = other.className;
      $(".cnt", ch).replaceWith(document.adoptNode($(".cnt", other)));
      $(".overline", ch).replaceWith(document.adoptNode($(".overline", other)));
      for (const name of ["over", "room"]) field.dataset[name] = $("textarea", other)?.dataset[name] ?? field.dataset[name];
    }
    $(".sw input", ch).checked = !ch.classList.contains("off");
  }
  draw();
});

// --- cards that are drawn anew: how far it is, if it takes longer than a glance

const far = $("#far");
let soon = 0;
document.addEventListener("drawing", ({ detail }) => {
  const now = detail[$("#bar").dataset.article];
  if (!now) {
    clearTimeout(soon);
    soon = 0;
    far.hidden = true;
    return;
  }
  const [done, n] = now;
  $("p", far).textContent = w("far", { done, n });
  $("progress", far).max = n;
  $("progress", far).value = done;
  soon ||= setTimeout(() => { far.hidden = false; }, 300);
});

document.addEventListener("keydown", (event) => {
  if (memory.get("keys") === "off" || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
  const ch = document.activeElement.closest(".ch[data-account]");
  if (event.key === "e" && ch) {
    event.preventDefault();
    (ch.dataset.own ? $("textarea", ch) : $(".own", ch)).focus();
  } else if (event.key === "f" && $("[data-open='#focal']")) {
    event.preventDefault();
    $("[data-open='#focal']").click();
  }
});

document.addEventListener("drawn", () => { for (const field of fields()) { paint(field); small(field); } });
draw();
