// 様式を刷る：forms/<id>/form.typ から form.pdf と form.toml を作る。
//   node press.mjs [--forms DIR] [--check] [id …]
// 書体は明示した Debian のものだけを渡すので、同じ form.typ からは同じ form.pdf が出る。
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { NodeCompiler } from "@myriaddreamin/typst-ts-node-compiler";
import { template } from "./template.mjs";

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
const check = args.includes("--check");
const named = args.filter((arg) => !arg.startsWith("--"));

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
const compiler = NodeCompiler.create({ workspace: forms, fontArgs: [{ fontBlobs: FONTS.map((font) => fs.readFileSync(font)) }] });

function press(id) {
  const mainFilePath = path.join(forms, id, "form.typ");
  if (!fs.existsSync(mainFilePath)) return refuse(`${id}: form.typ がありません。`);
  const compiled = compiler.compile({ mainFilePath });
  const warnings = compiled.takeWarnings();
  const said = [...(compiled.takeError()?.shortDiagnostics ?? []), ...(warnings?.shortDiagnostics ?? [])];
  if (compiled.result === null || said.length > 0) {
    return refuse(said.map((d) => `${id}: ${d.message} ${JSON.stringify(d.range ?? d.package ?? "")} ${d.path ?? ""}`).join("\n") || `${id}: 刷れません。`);
  }
  const document = compiled.result;
  const query = (selector) => compiler.query(document, { selector, field: "value" });
  const [paper] = query("<paper>");
  let toml;
  try {
    toml = template(id, paper, document.numOfPages, query("<field>"));
  } catch (problem) {
    return refuse(`${id}: ${problem.message}`);
  }
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
