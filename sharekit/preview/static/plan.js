// The week: dragging, moving by keys, and a dialog do the same thing. The time of day stays.
import { $, $$, act, memory, refresh, typing } from "./page.js";

const dialog = $("#move");
let held = null;

async function move(slot, day, time = null) {
  const ids = slot.dataset.ids.split(" ").filter(Boolean);
  if (!ids.length) {
    // Nothing is queued for it yet: it is planned wherever it is ready, and waits for approval.
    const wall = `${day} ${time || slot.dataset.time}`;
    const answer = await act("/schedule", { post: slot.dataset.article, wall, approve: false });
    await refresh();
    const [planned] = answer?.undo?.ids ?? [];
    if (planned) $$(".day .slot").find((each) => each.dataset.ids.split(" ").includes(planned))?.focus();
    return;
  }
  const here = slot.closest(".day")?.dataset.date;
  if (here === day && !time) return;
  const untimed = !here;
  const to = time || untimed ? `${day} ${time || slot.dataset.time}` : day;
  await act("/queue/move", { ids, to });
  await refresh();
  $(`.slot[data-ids="${CSS.escape(slot.dataset.ids)}"]`)?.focus();
}

document.addEventListener("dragstart", (event) => {
  const slot = event.target.closest?.(".slot[draggable=true]");
  if (!slot) return;
  held = slot;
  slot.classList.add("drag");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", slot.dataset.title);
});
document.addEventListener("dragend", () => {
  held?.classList.remove("drag");
  held = null;
  for (const day of $$(".day")) day.classList.remove("drop");
});
const target = (event) => { const day = event.target.closest?.(".day"); return held && day && !day.matches(".past") ? day : null; };
document.addEventListener("dragover", (event) => {
  const day = target(event);
  for (const each of $$(".day.drop")) if (each !== day) each.classList.remove("drop");
  if (!day) return;
  event.preventDefault();
  day.classList.add("drop");
});
document.addEventListener("drop", (event) => {
  const day = target(event);
  if (!day) return;
  event.preventDefault();
  move(held, day.dataset.date);
});

function open(slot) {
  held = slot;
  $("#mv-t").textContent = slot.dataset.title;
  $("#mv-time").value = slot.dataset.time;
  const here = slot.closest(".day")?.dataset.date;
  for (const button of $$("#mv-days button")) button.setAttribute("aria-current", String(button.dataset.date === here));
  dialog.showModal();
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (button && button.getAttribute("aria-disabled") !== "true") open(button.closest(".slot"));
  const day = event.target.closest("#mv-days button");
  if (!day || !$("#mv-time").reportValidity()) return;
  const time = $("#mv-time").value.padStart(5, "0");
  const slot = held;
  dialog.close();
  move(slot, day.dataset.date, time === slot.dataset.time ? null : time);
});
document.addEventListener("keydown", (event) => {
  const slot = event.target;
  if (!slot.matches?.(".slot[draggable=true]")) return;
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step && (event.altKey || event.shiftKey)) {
    event.preventDefault();
    const days = $$(".day"), at = days.indexOf(slot.closest(".day"));
    const day = days[at + step];
    if (at >= 0 && day && !day.matches(".past")) move(slot, day.dataset.date);
  } else if (event.key === "m" && !typing(slot) && memory.get("keys") !== "off" && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    open(slot);
  }
});
