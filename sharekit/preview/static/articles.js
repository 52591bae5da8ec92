// The list: search and filters, over what the rows say.
import { $, $$, w } from "./page.js";

const search = $("#q");
const lacks = $("#lacks");

function run() {
  const text = search.value.trim().toLowerCase();
  const kind = $("input[name=filter]:checked").value;
  let found = 0;
  for (const row of $$(".item")) {
    const fits =
      (kind === "all" || row.dataset.k.split(" ").includes(kind)) &&
      (!lacks.value || row.dataset.lacks.split(" ").includes(lacks.value)) &&
      (!text || row.textContent.toLowerCase().includes(text));
    row.hidden = !fits;
    found += fits;
  }
  $("#none").hidden = found > 0;
  $("#shown").textContent = w("found", { n: found });
}

if (search) {
  search.addEventListener("input", run);
  lacks.addEventListener("change", run);
  document.addEventListener("change", (event) => { if (event.target.name === "filter") run(); });
  document.addEventListener("refreshed", run);
  $("#none [data-clear]").addEventListener("click", () => {
    search.value = "";
    lacks.value = "";
    $("input[name=filter][value=all]").checked = true;
    run();
    search.focus();
  });
}

// The first article brings the whole list with it, the last one takes it away.
document.addEventListener("refreshed", ({ detail: fresh }) => {
  if (!$("[data-live=rows]", fresh) !== !$("[data-live=rows]")) location.reload();
});

// A card that cannot be drawn leaves a plain box.
document.addEventListener("error", (event) => {
  if (event.target.matches?.(".thumb img")) event.target.remove();
}, true);
