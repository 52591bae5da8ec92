// Queue: asking a channel whether it has a post. The rest is in the buttons.
import { $, act } from "./page.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-ask]");
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  const answer = await act("/queue/ask", { ids: [button.dataset.ask] }, button);
  if (!answer) return;
  const line = $(`#r-${CSS.escape(button.dataset.ask)}`);
  line.hidden = false;
  line.textContent = answer.says;
  if (answer.url) $(`#u-${CSS.escape(button.dataset.ask)}`).value = answer.url;
});
