// pdf-lib embeds the papers' pages and draws the words over them, its font subset by fontkit.
import { readFileSync } from "node:fs";
import { PDFDocument } from "pdf-lib";
import fontkit from "@pdf-lib/fontkit";

const folder = process.argv[2];
const font = readFileSync("/usr/share/fonts/truetype/bizud-mincho/BIZUDMincho-Regular.ttf");
const words = readFileSync(`${folder}/placements.tsv`, "utf8").split("\n").map((line) => line.split("\t"));
const papers = readFileSync(`${folder}/papers.txt`, "utf8").split("\n").map((path) => readFileSync(path));

async function run() {
  const out = await PDFDocument.create();
  out.registerFontkit(fontkit);
  const face = await out.embedFont(font, { subset: true });
  let number = 0;
  for (const paper of papers) {
    const source = await PDFDocument.load(paper);
    for (const page of await out.copyPages(source, source.getPageIndices())) {
      out.addPage(page);
      for (const [at, left, base, size, text] of words) {
        if (Number(at) === number) {
          page.drawText(text, { x: Number(left), y: Number(base), size: Number(size), font: face });
        }
      }
      number += 1;
    }
  }
  return out.save();
}

const times = [];
let result;
for (let round = 0; round < 16; round += 1) {
  const start = performance.now();
  result = await run();
  times.push(performance.now() - start);
}
const first = times.shift();
console.log(JSON.stringify({ name: "pdf-lib 1.17.1 ＋ fontkit 1.1.1", first, warm: times, bytes: result.length }));
