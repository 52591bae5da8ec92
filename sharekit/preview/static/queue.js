// Queue and accounts: asking a channel, and testing a sign-in. The rest is in the buttons.
import { $, $$, ask, Refused, act } from "./page.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-ask]");
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  const answer = await act("/queue/ask", { ids: [button.dataset.ask] }, button);
  if (!answer) return;
  const line = $(`#r-${CSS.escape(button.dataset.ask)}`);
  line.hidden = false;
  line.textContent = answer.says;
  const found = answer.url && $(`[data-posted][data-ids="${CSS.escape(button.dataset.ask)}"]`);
  if (found) found.dataset.url = answer.url;
});

async function test(button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  const line = $(".res", button.parentElement);
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await ask("/accounts/test", { account: button.dataset.test });
    line.className = `res xs ${answer.ok && answer.says ? "sent" : "fail"}`;
    line.textContent = [answer.says, answer.hint].filter(Boolean).join(" ");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    line.className = "res xs fail";
    line.textContent = error.message;
  } finally {
    button.removeAttribute("aria-busy");
  }
}
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-test]");
  if (button) await test(button);
  if (event.target.closest("#test-all")) for (const each of $$("[data-test]")) await test(each);
});
