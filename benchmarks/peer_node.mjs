// Renderers in Node on the work: `node peer_node.mjs NAME FORMAT new|cached COUNT WORK_JSON`.
// Prints CPU ms a card as JSON.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [name, kind, picture, count, workFile, save] = process.argv.slice(2);
const work = JSON.parse(readFileSync(workFile, "utf8"));
const require = createRequire(`${work.modules}/`);
const [left, top, width, height] = work.title_box;
const [logoLeft, logoTop, logoWidth, logoHeight] = work.logo_box;
const photo = readFileSync(work.photo);
const logo = readFileSync(work.logo);
const font = readFileSync(work.font);

const at = (x, y, w, h) => ({ position: "absolute", left: x, top: y, width: w, height: h });
const shade = {
  ...at(0, work.scrim_top, work.width, work.height - work.scrim_top),
  backgroundImage: `linear-gradient(to bottom, rgba(0,0,0,0), rgba(0,0,0,${work.scrim_alpha / 255}))`,
};
const words = { color: "white", fontSize: work.title_size, lineHeight: `${work.title_leading}px`, fontFamily: "Archivo", fontWeight: 700 };

async function takumi() {
  const { Renderer } = require("@takumi-rs/core");
  const renderer = new Renderer({ fonts: [font] });
  const images = [
    { src: "photo", data: photo, cache: picture === "new" ? "none" : "auto" },
    { src: "logo", data: logo },
  ];
  const node = (title) => ({
    type: "container",
    style: { width: "100%", height: "100%", position: "relative", display: "flex" },
    children: [
      { type: "image", src: "photo", style: { ...at(0, 0, work.width, work.height), objectFit: "cover" } },
      { type: "container", style: shade },
      { type: "image", src: "logo", style: { ...at(logoLeft, logoTop, logoWidth, logoHeight), objectFit: "contain" } },
      {
        type: "container",
        style: { ...at(left, top, width, height), display: "flex", alignItems: "flex-end" },
        children: [{ type: "text", text: title, style: words }],
      },
    ],
  });
  return (title) =>
    renderer.render(node(title), { width: work.width, height: work.height, format: kind, quality: work.quality, images });
}

async function satori() {
  const { default: toSvg } = await import(require.resolve("satori").replace(/\.cjs$/, ".js"));
  const { Resvg } = require("@resvg/resvg-js");
  const sharp = require("sharp");
  const url = (type, data) => `data:${type};base64,${data.toString("base64")}`;
  const [photoUrl, logoUrl] = [url("image/jpeg", photo), url("image/png", logo)];
  const static_ = readFileSync(work.static_font);
  const el = (type, style, more = {}) => ({ type, props: { style, ...more } });
  const tree = (title) =>
    el("div", { width: "100%", height: "100%", display: "flex", position: "relative" }, {
      children: [
        el("img", { ...at(0, 0, work.width, work.height), objectFit: "cover" }, { src: photoUrl, width: work.width, height: work.height }),
        el("div", shade),
        el("img", { ...at(logoLeft, logoTop, logoWidth, logoHeight), objectFit: "contain" }, { src: logoUrl, width: logoWidth, height: logoHeight }),
        el("div", { ...at(left, top, width, height), display: "flex", alignItems: "flex-end" }, {
          children: el("div", { ...words, lineHeight: work.title_leading / work.title_size }, { children: title }),
        }),
      ],
    });
  const options = { width: work.width, height: work.height, fonts: [{ name: "Archivo", data: static_, weight: 700, style: "normal" }] };
  return async (title) => {
    const svg = await toSvg(tree(title), options);
    const image = new Resvg(svg, { font: { loadSystemFonts: false } }).render();
    if (kind === "png") return image.asPng();
    const raw = { width: image.width, height: image.height, channels: 4 };
    return sharp(image.pixels, { raw }).jpeg({ quality: work.quality }).toBuffer();
  };
}

const render = await { "@takumi-rs/core": takumi, "satori + resvg": satori }[name]();
const [cpu, wall] = [[], []];
let data;
for (let number = 0; number < Number(count) + 3; number += 1) {
  const before = process.cpuUsage();
  const start = performance.now();
  data = await render(work.titles[number]);
  const used = process.cpuUsage(before);
  cpu.push((used.user + used.system) / 1000);
  wall.push(performance.now() - start);
}
if (save) writeFileSync(save, data);
const rss = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ cpu: cpu.slice(3), wall: wall.slice(3), bytes: data.length, rss }));
