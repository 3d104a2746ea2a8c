// Converts icons of Lucide (ISC licence, https://lucide.dev) to path data on a grid of 24,000 units:
//   node local/materials/icons.mjs NODE_MODULES > shared/overten/documents/slides/icons.json
// NODE_MODULES holds lucide-static and svgpath. Every outline becomes M, L, C and Z with absolute whole numbers.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
const modules = process.argv[2];
const require = createRequire(`${modules}/`);
const svgpath = require("svgpath");
const names = `activity alarm-clock award banknote bar-chart-3 battery-charging bell book-open box brain briefcase building-2
calendar camera chart-line chart-pie check circle-alert circle-check circle-dollar-sign circle-x clipboard-check clock cloud code
coins compass cpu credit-card database dna earth eye factory file-text flag flask-conical folder gauge gift globe graduation-cap
handshake hammer headphones heart heart-pulse house key landmark laptop layers leaf lightbulb link lock mail map map-pin megaphone
message-circle microscope monitor mountain network package percent phone piggy-bank plane plug puzzle recycle refresh-cw rocket
route scale search server settings shield shield-check shopping-cart smartphone sparkles sprout star stethoscope store sun target
thumbs-up timer trending-down trending-up triangle-alert trophy truck user users utensils wallet warehouse wifi wrench zap`.split(/\s+/);
const circle = (x, y, rx, ry) => `M${x - rx} ${y}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0Z`;
const points = (text) => text.trim().split(/[\s,]+/).map(Number);
function outline(tag, get) {
  const n = (key) => Number(get(key) ?? 0);
  if (tag === "path") return get("d");
  if (tag === "circle") return circle(n("cx"), n("cy"), n("r"), n("r"));
  if (tag === "ellipse") return circle(n("cx"), n("cy"), n("rx"), n("ry"));
  if (tag === "line") return `M${n("x1")} ${n("y1")}L${n("x2")} ${n("y2")}`;
  if (tag === "rect") {
    const [x, y, w, h] = ["x", "y", "width", "height"].map(n);
    const r = Math.min(n("rx") || n("ry"), w / 2, h / 2);
    if (!r) return `M${x} ${y}h${w}v${h}h${-w}Z`;
    return `M${x + r} ${y}h${w - 2 * r}a${r} ${r} 0 0 1 ${r} ${r}v${h - 2 * r}a${r} ${r} 0 0 1 ${-r} ${r}h${-(w - 2 * r)}a${r} ${r} 0 0 1 ${-r} ${-r}v${-(h - 2 * r)}a${r} ${r} 0 0 1 ${r} ${-r}Z`;
  }
  const all = points(get("points"));
  const pairs = all.reduce((found, value, i) => (i % 2 ? found : [...found, `${value} ${all[i + 1]}`]), []);
  return `M${pairs.join("L")}${tag === "polygon" ? "Z" : ""}`;
}
const icons = {};
for (const name of [...new Set(names)]) {
  let svg;
  try { svg = readFileSync(`${modules}/lucide-static/icons/${name}.svg`, "utf8"); } catch { process.stderr.write(`no ${name}\n`); continue; }
  const parts = [];
  for (const [, tag, attributes] of svg.matchAll(/<(path|circle|ellipse|line|rect|polyline|polygon)\b([^>]*)>/g)) {
    const get = (key) => attributes.match(new RegExp(`(?:^|\\s)${key}="([^"]*)"`))?.[1];
    let path = svgpath(outline(tag, get)).abs().unshort().unarc().abs().scale(1000);
    const words = [];
    path.iterate((segment, _index, x, y) => {
      const [kind, ...v] = segment;
      const r = v.map((value) => Math.round(value));
      if (kind === "H") words.push("L", r[0], Math.round(y));
      else if (kind === "V") words.push("L", Math.round(x), r[0]);
      else if (kind === "Q") words.push("Q", ...r);
      else words.push(kind, ...r);
    });
    parts.push(words.join(" "));
  }
  icons[name] = parts.join(" ");
}
process.stdout.write(JSON.stringify({ source: "Lucide, ISC licence, https://lucide.dev/license", units: 24000, icons }, null, 0).replace(/","/g, '",\n"') + "\n");
