// The drawings of one article: what the browser measures (texts that are cut, drawings that are
// scaled), which of them are shown, and how many are ready.
import { $, $$, listed, memory, w } from "./page.js";

export const channels = () => $$(".ch[data-account]");
const grid = $("#grid");

export function measure(ch) {
  const line = $(".cutline", ch);
  if (!line) return;
  const cut = $$("[data-cut]", ch)
    .filter((text) => text.offsetParent)
    .filter((text) => text.scrollHeight > text.clientHeight + 1 || text.scrollWidth > text.clientWidth + 1)
    .map((text) => w(text.dataset.cut));
  line.hidden = !cut.length;
  $("span", line).textContent = cut.length ? w("cut", { names: listed(cut) }) : "";
}

function fit(ch) {
  const drawing = $(".d", ch), note = $(".scale", ch);
  if (!drawing) return;
  drawing.style.zoom = drawing.style.width = drawing.style.maxWidth = "";
  note.hidden = true;
  const at = grid.classList.contains("w-computer") ? "--computer" : "--phone";
  const width = parseInt(getComputedStyle(drawing).getPropertyValue(at), 10);
  const room = $(".stage", ch).clientWidth - 20;
  if (!width || room >= width) return;
  drawing.style.width = drawing.style.maxWidth = `${width}px`;
  drawing.style.zoom = room / width;
  const percent = Math.round((room / width) * 100);
  note.hidden = percent > 99;
  note.textContent = w("scaled", { percent, width });
}

export function draw() {
  for (const ch of $$(".ch")) { fit(ch); measure(ch); }
  total();
  document.dispatchEvent(new Event("drawn"));
}

export function total() {
  const active = channels().filter((ch) => !ch.classList.contains("off"));
  const on = active.filter((ch) => !ch.dataset.sent);
  const stopped = on.filter((ch) => ch.dataset.stop);
  const ready = on.length - stopped.length;
  const sum = $("#sum");
  $("b", sum).textContent = w("ready", { n: ready, all: on.length });
  const names = listed(stopped.map((ch) => ch.dataset.name));
  const out = active.length - on.length;
  $(".mut", sum).textContent = !active.length ? w("ready_off") : [
    names ? w("ready_fix", { n: stopped.length, names }) : on.length ? w("ready_all") : "",
    out ? w("ready_sent", { n: out }) : "",
  ].filter(Boolean).join(" ");
  $("#approve").textContent = w("approve", { n: ready });
  for (const button of [$("#ask"), $("#approve")]) {
    if ("off" in button.dataset) continue;
    button.toggleAttribute("aria-disabled", false);
    if (!ready) button.setAttribute("aria-disabled", "true");
    button.title = ready ? "" : w("ready_none");
  }
  const mode = $("input[name=show]:checked").value;
  for (const ch of channels()) ch.hidden = mode === "stopped" ? !ch.dataset.stop : mode === "own" ? !ch.dataset.own : false;
  for (const group of $$(".group")) {
    const some = $$(".ch", group);
    group.hidden = some.every((ch) => ch.hidden) || (mode !== "all" && some.every((ch) => ch.matches(".look")));
  }
}

for (const [name, apply] of Object.entries({
  width: (value) => grid.classList.toggle("w-computer", value === "computer"),
  cards: (value) => { grid.classList.toggle("c-light", value === "light"); grid.classList.toggle("c-dark", value === "dark"); },
  show: () => {},
})) {
  const kept = memory.get(name);
  const radio = kept && $(`input[name=${name}][value="${CSS.escape(kept)}"]`);
  if (radio) { radio.checked = true; apply(kept); }
  for (const input of $$(`input[name=${name}]`)) {
    input.addEventListener("change", () => { memory.set(name, input.value); apply(input.value); draw(); });
  }
}
addEventListener("resize", draw);
addEventListener("load", draw);
document.addEventListener("load", (event) => {
  if (event.target.matches?.(".stage img")) measure(event.target.closest(".ch"));
}, true);
