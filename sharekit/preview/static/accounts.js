// Accounts: testing a sign-in, and adding an account or its secrets.
import { $, $$, ask, Refused } from "./page.js";

async function test(button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  const line = $(".res", button.closest("td"));
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
