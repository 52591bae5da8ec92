// The focus point: one point, and every cut of the picture that follows from it.
// The cut is the card drawer's own: as near to the middle as the picture's edges allow.
import { $, $$, w } from "./page.js";

const dialog = $("#focal");
if (dialog) {
  const big = $(".pick.big"), cross = $("#cross"), across = $("#fx"), down = $("#fy");
  let x = Number(dialog.dataset.x), y = Number(dialog.dataset.y);
  const clamp = (value) => Math.min(1, Math.max(0, value));
  // CSS places a share of the picture at the same share of the box; this turns a point into that share.
  const share = (point, part) => (part >= 0.999 ? 50 : clamp((point - part / 2) / (1 - part)) * 100);

  const at = (element, px, py) => { element.style.left = `${px * 100}%`; element.style.top = `${py * 100}%`; };

  function place() {
    at(cross, x, y);
    for (const image of $$("img[data-focal]", dialog)) {
      const { clientWidth: width, clientHeight: height, naturalWidth, naturalHeight } = image;
      if (!width || !naturalWidth) continue;
      const scale = Math.max(width / naturalWidth, height / naturalHeight);
      image.style.objectPosition = `${share(x, width / (naturalWidth * scale))}% ${share(y, height / (naturalHeight * scale))}%`;
    }
    across.value = Math.round(x * 100);
    down.value = Math.round(y * 100);
    $("#fxo").value = `${across.value}%`;
    $("#fyo").value = `${down.value}%`;
    cross.setAttribute("aria-label", w("point", { x: across.value, y: down.value }));
  }
  function set(nx, ny) { x = clamp(nx); y = clamp(ny); place(); }
  function mini() {
    const mark = $(".cross.mini");
    if (mark) at(mark, Number(mark.dataset.x), Number(mark.dataset.y));
  }

  const point = (event) => {
    const box = big.getBoundingClientRect();
    set((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  };
  big.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    point(event);
    big.setPointerCapture(event.pointerId);
    cross.focus();
  });
  big.addEventListener("pointermove", (event) => { if (big.hasPointerCapture(event.pointerId)) point(event); });
  cross.addEventListener("keydown", (event) => {
    const by = event.shiftKey ? 0.1 : 0.01;
    const step = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] }[event.key];
    if (!step) return;
    event.preventDefault();
    set(x + step[0], y + step[1]);
  });
  across.addEventListener("input", () => set(across.value / 100, y));
  down.addEventListener("input", () => set(x, down.value / 100));
  $("#mid").addEventListener("click", () => set(0.5, 0.5));
  $("#keep-focus").addEventListener("click", (event) => {
    if (event.currentTarget.getAttribute("aria-disabled") === "true") return;
    dialog.close();
    const mark = $(".cross.mini");
    mark.dataset.x = x;
    mark.dataset.y = y;
    mini();
    const value = [Math.round(x * 1000) / 1000, Math.round(y * 1000) / 1000];
    document.dispatchEvent(new CustomEvent("keep", { detail: ["focus", value, dialog.dataset.base] }));
  });
  document.addEventListener("opened", place);
  addEventListener("resize", place);
  for (const image of $$("img", dialog)) image.addEventListener("load", place);
  document.addEventListener("refreshed", ({ detail: fresh }) => {
    const now = $("#focal", fresh);
    if (!now) return;
    dialog.dataset.base = now.dataset.base;
    const picture = $(".pick.big img", now);
    for (const mine of $$(".pick img, img[data-focal]")) {
      if (mine.getAttribute("src") !== picture.getAttribute("src")) mine.src = picture.getAttribute("src");
    }
    $(".pick.big img").alt = picture.alt;
    const card = $("[data-card]", now);
    if (card) for (const mine of $$("[data-card]", dialog)) mine.src = card.getAttribute("src");
    if (!dialog.open) {
      x = Number(now.dataset.x);
      y = Number(now.dataset.y);
      const mark = $(".cross.mini");
      mark.dataset.x = x;
      mark.dataset.y = y;
      mini();
    }
  });
  mini();
  place();
}
