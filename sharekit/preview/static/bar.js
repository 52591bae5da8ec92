// The bar of one article: the day and the time, in words with their zone (the server knows the
// zone's rules), and planning.
import { $, $$, act, ask, refresh } from "./page.js";
import { article, fields, keep } from "./article.js";
import { channels } from "./drawings.js";

const date = $("#date"), time = $("#time");
const wall = () => `${date.value} ${time.value.padStart(5, "0")}`;
let asked = 0;

async function clock() {
  if (!date.value || !time.checkValidity()) return;
  const mine = ++asked;
  try {
    const said = await ask("/when", { wall: wall() });
    if (mine !== asked) return;
    $("#say-when").textContent = said.day;
    $("#say-zone").textContent = said.note || said.zone;
    $("#utc").textContent = said.utc;
  } catch (error) {
    if (mine === asked) { $("#say-when").textContent = error.message; $("#say-zone").textContent = ""; $("#utc").textContent = ""; }
  }
}
date.addEventListener("input", clock);
time.addEventListener("input", clock);

async function plan(approve, button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  if (!$("#bar").reportValidity()) return;
  for (const field of fields()) await keep(field);
  if ($(".conflict")) return;
  const accounts = channels().filter((ch) => !ch.classList.contains("off") && !ch.dataset.stop && !ch.dataset.sent).map((ch) => ch.dataset.account);
  if (!accounts.length) return;
  const answer = await act("/schedule", { post: article, accounts, wall: wall(), approve }, button);
  for (const { account, says } of answer?.sent ?? []) second(account, says);
  await refresh();
}

// What went out already goes out once more only for somebody who chooses just that.
function second(account, says) {
  $$(".second").find((each) => each.dataset.account === account)?.remove();
  const notice = $("#again").content.cloneNode(true).firstElementChild;
  notice.dataset.account = account;
  $("strong", notice).textContent = says;
  $("[data-leave]", notice).addEventListener("click", () => {
    notice.remove();
    $(".again", channels().find((ch) => ch.dataset.account === account))?.focus();
  });
  $("[data-again]", notice).addEventListener("click", async (event) => {
    if (!$("#bar").reportValidity()) return;
    for (const field of fields()) await keep(field);
    const data = { post: article, accounts: [account], wall: wall(), approve: true, again: true };
    if (!await act("/schedule", data, event.currentTarget)) return;
    notice.remove();
    await refresh();
  });
  $("#conflicts").append(notice);
  notice.scrollIntoView({ block: "nearest" });
  $("[data-leave]", notice).focus({ preventScroll: true });
}
document.addEventListener("click", (event) => {
  const button = event.target.closest(".again");
  if (button && button.getAttribute("aria-disabled") !== "true") second(button.closest(".ch").dataset.account, button.dataset.says);
});
$("#ask").addEventListener("click", (event) => plan(false, event.currentTarget));
$("#approve").addEventListener("click", (event) => plan(true, event.currentTarget));
$("#bar").addEventListener("submit", (event) => event.preventDefault());
