// typst places each paper as an image and the words over it.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { NodeCompiler } from "@myriaddreamin/typst-ts-node-compiler";

const folder = process.argv[2];
const words = readFileSync(`${folder}/placements.tsv`, "utf8").split("\n").map((line) => line.split("\t"));
const papers = readFileSync(`${folder}/papers.txt`, "utf8").split("\n");
papers.forEach((path, at) => copyFileSync(path, `${folder}/paper-${at}.pdf`));
const counts = papers.map((path) => (readFileSync(path, "latin1").match(/\/Type\s*\/Page[^s]/g) ?? [1]).length);

const source = [
  '#set text(font: "BIZ UDMincho", lang: "ja", top-edge: "baseline", bottom-edge: "baseline")',
  "#set page(width: 595.28pt, height: 841.89pt, margin: 0pt)",
];
let number = 0;
papers.forEach((_, at) => {
  for (let page = 1; page <= counts[at]; page += 1) {
    if (number > 0) source.push("#pagebreak()");
    source.push(`#place(image("paper-${at}.pdf", page: ${page}, width: 100%, height: 100%))`);
    for (const [on, left, base, size, text] of words) {
      if (Number(on) === number) {
        const top = (841.89 - Number(base)).toFixed(2);
        source.push(`#place(dx: ${left}pt, dy: ${top}pt, text(size: ${size}pt, ${JSON.stringify(text)}))`);
      }
    }
    number += 1;
  }
});
writeFileSync(`${folder}/bundle.typ`, source.join("\n"));

const times = [];
let result;
let start = performance.now();
const compiler = NodeCompiler.create({
  workspace: folder,
  fontArgs: [{ fontPaths: ["/usr/share/fonts/truetype/bizud-mincho"] }],
});
for (let round = 0; round < 16; round += 1) {
  if (round > 0) start = performance.now();
  // Another text each time, or nothing but the cache is measured.
  const main = source.join("\n") + `\n// ${round}`;
  result = compiler.pdf({ mainFileContent: main });
  times.push(performance.now() - start);
}
const first = times.shift();
console.log(JSON.stringify({ name: "typst（0.7.0 の Node 版）", first, warm: times, bytes: result.length }));
