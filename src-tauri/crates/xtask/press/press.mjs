// 様式を刷る：forms/<id>/form.typ から form.pdf と form.toml を作る。
//   node press.mjs [--forms DIR] [--check] [id …]
// 書体は明示した Debian のものだけを渡すので、同じ form.typ からは同じ form.pdf が出る。
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { NodeCompiler } from "@myriaddreamin/typst-ts-node-compiler";
import { template } from "./template.mjs";
import { unhinted } from "./unhinted.mjs";

const FONTS = [
  "bizud-mincho/BIZUDMincho-Regular.ttf",
  "bizud-gothic/BIZUDGothic-Regular.ttf",
  "bizud-gothic/BIZUDGothic-Bold.ttf",
].map((name) => path.join("/usr/share/fonts/truetype", name));

const here = path.dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const option = (name) => {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args.splice(at, 2)[1];
};
const forms = path.resolve(option("--forms") ?? path.join(here, "../../../../forms"));
const truth = args.includes("--truth"); // 手書きの欄も含む全部の四角（様式の読取りの答え合わせ用）
const check = args.includes("--check");
const named = args.filter((arg) => !arg.startsWith("--"));

const pack = path.resolve(option("--pack") ?? path.join(forms, "../assets/sample-city"));

/** 様式の名と担当課は手続パックの言うとおり。 */
function city(pack) {
  const found = new Map();
  for (const block of fs.readFileSync(path.join(pack, "forms.toml"), "utf8").split("[[form]]").slice(1)) {
    found.set(/^id = "(.+)"/m.exec(block)[1], { name: /^name = "(.+)"/m.exec(block)[1] });
  }
  for (const file of fs.readdirSync(path.join(pack, "procedures")).sort()) {
    for (const block of fs.readFileSync(path.join(pack, "procedures", file), "utf8").split("[[procedure]]").slice(1)) {
      const office = /^office = "(.+)"/m.exec(block)?.[1];
      for (const [, id] of (/^forms = \[(.*)\]/m.exec(block)?.[1] ?? "").matchAll(/"([a-z0-9_]+)"/g)) {
        const form = found.get(id);
        if (form && !form.office) form.office = office;
      }
    }
  }
  const words = new Map();
  for (const file of fs.readdirSync(path.join(pack, "facts")).sort()) {
    for (const block of fs.readFileSync(path.join(pack, "facts", file), "utf8").split("[[fact]]").slice(1)) {
      words.set(/^path = "(.+)"/m.exec(block)?.[1], /^label = \{ ja = "([^"]+)"/m.exec(block)?.[1]);
    }
  }
  for (const form of found.values()) form.words = words;
  return found;
}
const known = city(pack);

const refuse = (problem) => {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
};

const missing = FONTS.filter((font) => !fs.existsSync(font));
if (missing.length > 0) {
  refuse(`書体がありません: ${missing.join("、")}。fonts-morisawa-bizud-gothic と fonts-morisawa-bizud-mincho を入れてください。`);
  process.exit(1);
}

const ids = named.length > 0 ? named : fs.readdirSync(forms).filter((id) => fs.existsSync(path.join(forms, id, "form.typ"))).sort();
const compiler = NodeCompiler.create({ workspace: forms, fontArgs: [{ fontBlobs: FONTS.map((font) => unhinted(fs.readFileSync(font))) }] });

function press(id) {
  const mainFilePath = path.join(forms, id, "form.typ");
  if (!fs.existsSync(mainFilePath)) return refuse(`${id}: form.typ がありません。`);
  const compiled = compiler.compile({ mainFilePath });
  const said = [compiled.takeError(), compiled.takeWarnings()].filter(Boolean).flatMap((problem) => compiler.fetchDiagnostics(problem));
  if (compiled.result === null || said.length > 0) {
    const place = (d) => `${path.basename(path.dirname(d.path ?? ""))}/${path.basename(d.path ?? "")} ${d.range?.start ? `${d.range.start.line + 1} 行` : ""}`;
    return refuse(said.map((d) => `${id}: ${d.message}（${place(d)}）`).join("\n") || `${id}: 刷れません。`);
  }
  const document = compiled.result;
  const query = (selector) => compiler.query(document, { selector, field: "value" });
  const [paper] = query("<paper>");
  if (!known.has(id)) return refuse(`${id}: 手続パックの forms.toml にない様式です。`);
  const number = query("<number>")[0];
  let toml;
  try {
    toml = template(id, known.get(id), { ...paper, number }, document.numOfPages, query("<field>"), query("<cells>"));
  } catch (problem) {
    return refuse(`${id}: ${problem.message}`);
  }
  if (truth) fs.writeFileSync(path.join(forms, id, "truth.json"), JSON.stringify(query("<field>"), null, 1));
  const pdf = compiler.pdf(document, { creationTimestamp: 0, pdfTags: false });
  for (const [name, bytes] of [["form.pdf", pdf], ["form.toml", Buffer.from(toml)]]) {
    const file = path.join(forms, id, name);
    if (!check) fs.writeFileSync(file, bytes);
    else if (!fs.existsSync(file) || !fs.readFileSync(file).equals(bytes)) refuse(`${id}: ${name} が form.typ と合いません。cargo xtask forms で刷り直してください。`);
  }
  return pdf.length;
}

let bytes = 0;
for (const id of ids) {
  const length = press(id);
  bytes += length ?? 0;
  if (named.length > 0 && length) process.stdout.write(`${id}: ${length} バイト\n`);
}
process.stdout.write(`${ids.length} 様式、${bytes} バイト\n`);
