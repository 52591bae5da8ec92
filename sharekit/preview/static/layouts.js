// The workshop: tiles drawn anew in the look at hand, and cards before and after it.
import { $, $$, act, ask, make, Refused, refresh, w } from "./page.js";

const picks = $("#picks"), look = $("#look"), extreme = $("#extreme"), grid = $("#with-grid");
const first = new Map($$("[data-token]").map((field) => [field, field.value]));
const post = () => $("#post")?.value ?? "";

function tokens() {
  const changed = {};
  for (const [field, value] of first) {
    if (field.value === value) continue;
    changed[field.dataset.token] = field.type === "range" ? Number(field.value) : field.value;
  }
  return changed;
}
const plain = () => !Object.keys(tokens()).length && !extreme.value && !grid.checked;

let round = 0;

async function drawAll() {
  const mine = ++round;
  const look = tokens();
  for (const tile of $$(".tile")) {
    if (mine !== round) return;
    tile.classList.add("busy");
    try {
      const answer = await ask("/layouts/draw", {
        post: post(), layout: tile.dataset.layout, size: $("#size").value,
        extreme: extreme.value, grid: grid.checked, tokens: look,
      });
      if (mine !== round) return;
      show(tile, answer);
      contrast(answer.contrast);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (mine !== round) return;
      contrast({ kind: "fail", ratio: "", says: error.message });
      break;
    } finally {
      tile.classList.remove("busy");
    }
  }
  if (mine === round && Object.keys(look).length) {
    const answer = await ask("/layouts/compare", { tokens: look }).catch(() => null);
    if (answer && mine === round) compare(answer.cards);
  }
}

function show(tile, answer) {
  let image = $(".shot img", tile);
  if (answer.src) {
    if (!image) { image = make("img"); $(".shot", tile).prepend(image); }
    image.src = answer.src;
    image.alt = answer.alt;
  } else {
    image?.remove();
  }
  $(".why", tile).hidden = Boolean(answer.src);
  const use = $("[data-use]", tile);
  if (use && !("off" in use.dataset)) {
    use.toggleAttribute("aria-disabled", false);
    if (!answer.src) use.setAttribute("aria-disabled", "true");
    use.title = answer.src ? "" : $(".why", tile).textContent;
  }
  $(".notes", tile).replaceChildren(...answer.notes.map((note) => {
    const line = make("li");
    line.title = note.more;
    const mark = make("span", note.kind);
    mark.append(icon(note.kind));
    line.append(mark, make("span", "", note.says));
    return line;
  }));
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

function contrast({ kind, ratio, says }) {
  const line = $("#contrast");
  line.className = `st ${kind}`;
  $(".r", line).textContent = ratio;
  $(".w", line).textContent = says;
}

let waits;
for (const field of first.keys()) {
  field.addEventListener("input", () => {
    if (field.type === "range") $(`#${field.id}-o`).value = field.value;
    clearTimeout(waits);
    waits = setTimeout(drawAll, 60);
  });
}
look.addEventListener("submit", (event) => event.preventDefault());
extreme.addEventListener("change", drawAll);
grid.addEventListener("change", drawAll);
for (const name of ["post", "size"]) {
  $(`#${name}`)?.addEventListener("change", () => {
    $("#tiles").dataset.size = $("#size").value;
    if (plain()) picks.requestSubmit(); else drawAll();
  });
}
$("#reset-look").addEventListener("click", () => {
  for (const [field, value] of first) {
    field.value = value;
    if (field.type === "range") $(`#${field.id}-o`).value = value;
  }
  drawAll();
});
$("#save-look").addEventListener("click", async (event) => {
  const button = event.currentTarget;
  if (button.getAttribute("aria-disabled") === "true" || !Object.keys(tokens()).length) return;
  const answer = await act("/layouts/save", { tokens: tokens() }, button);
  if (answer) for (const field of first.keys()) first.set(field, field.value);
});
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-use]");
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  await act("/save", { post: post(), key: "layout", value: button.dataset.use === "article" ? null : button.dataset.use }, button);
  await refresh();
});

// --- before and after

const cut = $("#cut");
let chosen = 0;

function compare(cards) {
  $("#ba").hidden = !cards.length;
  $("#ba-none").hidden = cards.length > 0;
  $("#ba-n").textContent = cards.length ? w("compared", { n: cards.length }) : "";
  const list = $("#ba-list");
  list.replaceChildren(...cards.map((card, index) => {
    const button = make("button");
    button.type = "button";
    const image = make("img");
    image.src = card.after;
    image.alt = "";
    button.append(image, make("span", "", card.title));
    button.addEventListener("click", () => { chosen = index; pick(cards); });
    const line = make("li");
    line.append(button);
    return line;
  }));
  pick(cards);
}

function pick(cards) {
  const card = cards[Math.min(chosen, cards.length - 1)];
  if (!card) return;
  $(".bef").src = card.before;
  $(".aft").src = card.after;
  $$("#ba-list button").forEach((button, index) => button.setAttribute("aria-pressed", String(cards[index] === card)));
}

const slide = () => $(".v").style.setProperty("--cut", `${$("#cut").value}%`);
document.addEventListener("input", (event) => { if (event.target.id === "cut") slide(); });
const begin = () => { compare(JSON.parse($("#ba").dataset.cards)); slide(); };
document.addEventListener("refreshed", () => { if (plain()) begin(); else drawAll(); });
cut.value = 50;
begin();
