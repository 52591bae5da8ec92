// Accounts: testing a sign-in, and adding an account or its secrets.
import { $, $$, ask, refresh, Refused, say } from "./page.js";

async function test(button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  const line = $(".res", button.closest("tr"));
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

// --- adding an account, or putting new secrets in the place of old ones

const dialog = $("#add"), channel = $("#add-channel"), forms = $$("form", dialog);
const shown = () => forms.find((form) => !form.hidden);

function choose() {
  for (const form of forms) form.hidden = form.dataset.for !== channel.value;
  spell();
}
function spell() {
  const form = shown(), command = $("[data-command]", form), name = $("[data-name]", form).value;
  if (command) command.textContent = `sharekit accounts add ${channel.value}${name && name !== "main" ? ` --name ${name}` : ""}`;
}

function open({ channel: known, account }) {
  const key = known ? "known" : "new";
  if (known) channel.value = known;
  $(".add-to", dialog).hidden = Boolean(known);
  $("#add-h").textContent = $("#add-h").dataset[key].replace("{name}", `${known}:${account}`);
  for (const form of forms) {
    form.reset();
    $("[data-says]", form).textContent = "";
    $("[data-name]", form).value = account || "main";
    $("[type=submit]", form).textContent = $("[type=submit]", form).dataset[key];
    for (const label of $$(".plain", form)) {
      label.hidden = Boolean(known);
      $("input", label).disabled = Boolean(known); // what is in the config already stays
    }
  }
  choose();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add]");
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  if (channel) open(button.dataset);
  dialog.showModal();
  const first = button.dataset.channel ? $("input:enabled", shown()) : channel;
  (first ?? $("[data-close]", dialog)).focus();
});
channel?.addEventListener("change", choose);
dialog.addEventListener("input", (event) => { if (event.target.matches("[data-name]")) spell(); });

dialog.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target, go = $("[type=submit]", form), says = $("[data-says]", form);
  if (go.getAttribute("aria-busy")) return;
  const values = {};
  for (const field of $$("input[name]:enabled", form)) values[field.name] = field.value;
  says.textContent = "";
  go.setAttribute("aria-busy", "true");
  try {
    const answer = await ask("/accounts/add", { channel: channel.value, name: $("[data-name]", form).value, values });
    dialog.close();
    say(answer.says);
    if ($("[data-live=accounts]")) await refresh(); else location.reload();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    says.textContent = [error.message, error.answer.hint].filter(Boolean).join(" ");
  } finally {
    go.removeAttribute("aria-busy");
  }
});
// What was typed is nobody's business once the window is closed.
dialog.addEventListener("close", () => { for (const form of forms) form.reset(); });
