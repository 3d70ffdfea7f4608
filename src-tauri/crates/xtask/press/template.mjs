// 測った四角から form.toml を書く。
const SIZES = { a4: [210, 297], a5: [148, 210], b5: [182, 257] };
const round = (n) => Math.round(n * 100) / 100;

export function template(id, paper, pages, marks) {
  if (pages !== paper.pages) throw new Error(`${paper.pages} 枚のはずが ${pages} 枚になりました（はみ出し）。`);
  const [short, long] = SIZES[paper.size];
  const [width, height] = paper.landscape ? [long, short] : [short, long];
  for (const m of marks) {
    const out = m.x < 3 || m.y < 3 || m.x + m.w > width - 3 || m.y + m.h > height - 3;
    if (out) throw new Error(`記入欄 ${m.id ?? m.bind} が紙の外です（${round(m.x)}, ${round(m.y)}, ${round(m.w)}, ${round(m.h)}）。`);
    if (m.w < 1.2 || m.h < 1.2) throw new Error(`記入欄 ${m.id ?? m.bind} がつぶれています（${round(m.w)} × ${round(m.h)}）。`);
  }
  return marks.map((m) => JSON.stringify(m)).join("\n") + "\n";
}
