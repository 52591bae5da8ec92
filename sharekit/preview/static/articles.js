// The list: the server searches and filters; what is asked of it stands in the page's address.
import { $, load, refresh } from "./page.js";

const form = $("#find");
let soon;

function find() {
  const wanted = new URLSearchParams(new FormData(form));
  for (const [name, value] of [...wanted]) if (!value || (name === "show" && value === "all")) wanted.delete(name);
  history.replaceState(null, "", `/${wanted.size ? "?" : ""}${wanted}`);
  return refresh();
}

if (form) {
  form.addEventListener("input", (event) => {
    clearTimeout(soon);
    soon = setTimeout(find, event.target.id === "q" ? 100 : 0);
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); find(); });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-clear]")) return;
    form.q.value = form.lacks.value = "";
    form.show.value = "all";
    form.q.focus();
    find();
  });
}

document.addEventListener("refreshed", ({ detail: fresh }) => {
  // The first article brings the whole list with it, the last one takes it away.
  if (!$("#find", fresh) !== !form) location.reload();
  else if (form) $("#shown").textContent = $("#shown", fresh).textContent;
  watch();
});

// --- further down

const bottom = new IntersectionObserver((seen) => {
  if (seen.some((entry) => entry.isIntersecting)) more();
}, { rootMargin: "800px" });

function watch() {
  bottom.disconnect();
  const link = $("[data-live=further] a");
  if (link) bottom.observe(link);
}

async function more() {
  const link = $("[data-live=further] a");
  if (!link || link.ariaBusy) return;
  link.ariaBusy = "true";
  const rest = new URL(link.href);
  rest.searchParams.set("from", link.dataset.shown);
  const fresh = await load(rest);
  link.removeAttribute("aria-busy");
  if (!fresh || !link.isConnected) return; // the server has stopped, or another list has come
  history.replaceState(null, "", link.href);
  const rows = [...$("[data-live=rows]", fresh).children];
  $("[data-live=rows]").append(...rows);
  const focused = document.activeElement === link;
  link.parentElement.replaceWith($("[data-live=further]", fresh));
  if (focused) $("h3 a", rows[0])?.focus();
  watch();
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-live=further] a")) return;
  event.preventDefault();
  more();
});
watch();

// A card that cannot be drawn leaves a plain box.
document.addEventListener("error", (event) => {
  if (event.target.matches?.(".thumb img")) event.target.remove();
}, true);
