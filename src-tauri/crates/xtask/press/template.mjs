// 測った四角（<field> の値）から form.toml を書く。書き方は crates/template/FORMAT.md。
const SIZES = { a4: [210, 297], a5: [148, 210], b5: [182, 257] };
const ERAS = { 明: "meiji", 大: "taisho", 昭: "showa", 平: "heisei", 令: "reiwa", 西: "western" };

const round = (n) => Math.round(n * 100) / 100;
const rect = (m) => [m.x, m.y, m.w, m.h].map(round);
const key = (k) => (/^[a-z0-9_]+$/i.test(k) ? k : JSON.stringify(k));
function literal(value) {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (value !== null && typeof value === "object") return `{ ${Object.entries(value).map(([k, v]) => `${key(k)} = ${literal(v)}`).join(", ")} }`;
  return JSON.stringify(value);
}
const lines = (table) => Object.entries(table).filter(([, v]) => v !== undefined).map(([k, v]) => `${key(k)} = ${literal(v)}`).join("\n");

function within(marks, width, height) {
  for (const m of marks) {
    const name = m.id ?? m.bind;
    const where = rect(m).join(", ");
    if (m.x < 3 || m.y < 3 || m.x + m.w > width - 3 || m.y + m.h > height - 3) throw new Error(`記入欄 ${name} が紙の外です（${where}）。`);
    if (m.w < 1.2 || m.h < 1.2 || (["text", "kana"].includes(m.kind) && m.w < 8)) throw new Error(`記入欄 ${name} がつぶれています（${where}）。`);
  }
}

/** 欄に書いたものは、その欄の罫線の中に収まる。 */
function inside(marks, tables) {
  const cells = tables.flatMap((t) => t.cells.map(([x, y, w, h]) => ({ page: t.page, x: t.x + x, y: t.y + y, w, h })));
  for (const m of marks) {
    const cell = cells.find((c) => c.page === m.page && c.x <= m.x && m.x < c.x + c.w && c.y <= m.y + m.h / 2 && m.y + m.h / 2 < c.y + c.h);
    if (cell && (m.x + m.w > cell.x + cell.w + 0.1 || m.y < cell.y - 0.1 || m.y + m.h > cell.y + cell.h + 0.1)) {
      throw new Error(`記入欄 ${m.id ?? m.bind} が罫線の外に出ます（欄 ${rect(cell).join(", ")}、記入欄 ${rect(m).join(", ")}）。`);
    }
  }
}

/** 同じ欄の部分（年・月・日、選択肢、一文字枠の列）を一つにまとめる。 */
function gathered(marks) {
  const groups = new Map();
  for (const mark of marks) {
    const name = mark.id ?? mark.bind?.replace(/[^a-z0-9_]+/g, "_") ?? `hand_${groups.size}`;
    const whole = mark.part === undefined;
    const open = [...groups.values()].findLast((g) => g.name === name && g.row === mark.row && g.group === mark.group);
    const seen = open?.marks.some((m) => m.part === mark.part && m.value === mark.value && m.part !== "choice");
    const again = whole || !open || open.kind !== mark.kind || open.marks[0].page !== mark.page || seen;
    if (!again) { open.marks.push(mark); continue; }
    const count = [...groups.values()].filter((g) => g.name === name && g.row === mark.row).length;
    const id = count > 0 ? `${name}_${count + 1}` : name;
    groups.set(`${id} ${mark.row ?? ""}`, { id, name, kind: mark.kind, row: mark.row, group: mark.group, marks: [mark] });
  }
  return [...groups.values()];
}

// Without these a counter hands a paper back: who it is about, where they live, when they were born or died, since when.
const NEEDED = /^((deceased|applicant|heir|mourner|holder|member)\.(name|address|birth_date)|agent\.name|case\.(death_date|move_date|new_address))$/;
const EXTRAS = ["label", "as", "when", "required", "empty", "font", "size", "fit", "lines", "align", "valign", "vertical", "padding", "mark", "others", "commas", "prefix", "text", "printed_era", "seal", "script", "pad", "ink", "screen"];

const WHO = { visitor: "来庁者", applicant: "届出人", agent: "代理人", deceased: "亡くなった方", mourner: "喪主", heir: "相続人代表者", holder: "手帳を持つ方", member: "世帯員", husband: "夫", wife: "妻", spouse: "配偶者", guarantor: "保証人", principal: "委任者" };
const WHAT = { name: "氏名", name_kana: "フリガナ", former_name: "旧氏", common_name: "通称", birth_date: "生年月日", sex: "性別", postal_code: "郵便番号", address: "住所", domicile: "本籍", phone: "電話番号", relation: "続柄", nationality: "国籍", "bank.name": "金融機関名", "bank.branch": "支店名", "bank.kind": "預金種別", "bank.number": "口座番号", "bank.holder": "口座名義" };

/** 知らせの中で職員が読む欄の名。 */
function called(id, kind, bind, words) {
  if (kind === "sign") {
    const [who] = id.split("_");
    return `${WHO[who] ?? ""} ${id.includes("address") ? "住所（自署）" : "署名"}`.trim();
  }
  const path = [bind].flat()[0];
  if (!path) return undefined;
  if (path === "case.visit_date") return "届出の日";
  if (path === "form.members") return "世帯の人数";
  const [who, ...what] = path.split(".");
  const built = WHAT[what.join(".")];
  if (built && who !== "case") return `${WHO[who] ?? who} ${built}`;
  return words.get(path.replace(/^member\./, "household."));
}

/** 一つの記入欄。印字しない欄（手書き）は undefined。 */
function field({ id, kind, marks }, words = new Map()) {
  const [first] = marks;
  const own = Object.fromEntries(EXTRAS.filter((k) => first[k] !== undefined).map((k) => [k, first[k]]));
  if (first.write !== undefined) own.as = first.write; // as は typst の予約語
  own.label ??= called(id, kind, first.bind, words);
  if (kind === "sign") return { id, kind: "signature", page: first.page, at: rect(first), ...own };
  if (first.always) return { id, kind: "mark", page: first.page, at: rect(first), ...own, mark: kind === "circle" ? "circle" : undefined };
  if (!first.bind && !first.text) return undefined;
  const head = { id, page: first.page, value: first.bind };
  if (kind === "text" || kind === "number") {
    const tall = first.h >= 8;
    const name = /\.(name|former_name|common_name)$/.test(String(first.bind ?? "")) && !/bank\.name$/.test(String(first.bind ?? ""));
    const path = String(first.bind ?? "");
    const folds = kind === "text" && !first.vertical;
    // 長い住所は折り返し、長い氏名や続柄は小さくしすぎる前に二行にする。
    const fit = own.fit ?? (folds && first.h >= 8 && /address|domicile/.test(path) ? "wrap" : folds && first.h >= 7.4 && /name$|relation$|branch$|head$|holder$/.test(path) ? "two_lines" : undefined);
    const size = own.size ?? (first.h < 5 ? Math.max(6.5, Math.floor(first.h * 2.835 * 0.68 * 2) / 2) : name && tall && !first.vertical ? 12 : undefined);
    return { ...head, kind: kind === "text" ? undefined : kind, at: rect(first), ...own, fit, size };
  }
  if (kind === "kana") return { ...head, kind: "furigana", at: rect(first), ...own };
  if (kind === "comb") {
    const boxes = marks.flatMap((m) => Array.from({ length: m.count }, (_, i) => rect({ x: m.x + (m.w / m.count) * i, y: m.y, w: m.w / m.count, h: m.h })));
    return marks.length === 1 ? { ...head, kind, at: rect(first), cells: first.count, ...own } : { ...head, kind, boxes, ...own };
  }
  if (kind === "date") {
    const part = (name) => rect(marks.find((m) => m.part === name));
    const eras = Object.fromEntries(marks.filter((m) => m.part === "era").map((m) => [ERAS[m.value], rect(m)]));
    const slim = marks.find((m) => m.part === "year").w < 6;
    return { ...head, kind, year: part("year"), month: part("month"), day: part("day"), eras: Object.keys(eras).length > 0 ? eras : undefined, size: slim ? 8.5 : undefined, ...own };
  }
  const options = {};
  for (const m of marks) {
    if (options[m.value] === undefined) options[m.value] = rect(m);
    else options[m.value] = [].concat(typeof options[m.value][0] === "number" ? [options[m.value]] : options[m.value], [rect(m)]);
  }
  return { ...head, kind: "choice", options, mark: kind === "check" ? "check" : undefined, ...own, others: own.others ?? first.others };
}

/** 世帯員の行：一行目の欄と、次の行までの間隔。 */
function rows(groups, id, words) {
  const start = groups.filter((g) => g.row === 0);
  if (start.length === 0) return [];
  const next = groups.find((g) => g.row === 1 && g.id === start[0].id);
  const [a, b] = [start[0].marks[0], next?.marks[0]];
  const sideways = b && Math.abs(b.y - a.y) < 0.01;
  const pitch = b ? round(sideways ? b.x - a.x : b.y - a.y) : 10;
  const count = Math.max(...groups.map((g) => g.row ?? 0)) + 1;
  const { rows_when: filter, more, skip } = a;
  const columns = start.map((g) => field(g, words)).filter(Boolean).map(({ page, ...column }) => column);
  if (columns.length === 0) return [];
  return [{ head: { id, kind: "rows", page: a.page, rows: count, pitch: Math.abs(pitch), direction: sideways ? (pitch > 0 ? "right" : "left") : undefined, filter, skip, more }, columns }];
}

export function template(id, city, paper, pages, marks, tables) {
  if (pages !== paper.pages) throw new Error(`${paper.pages} 枚のはずが ${pages} 枚になりました（はみ出し）。`);
  const [short, long] = SIZES[paper.size];
  const [width, height] = paper.landscape ? [long, short] : [short, long];
  within(marks, width, height);
  inside(marks, tables);
  const groups = gathered(marks);
  const single = groups.filter((g) => g.row === undefined).map((g) => field(g, city.words)).filter(Boolean);
  for (const f of single) {
    if (NEEDED.test(f.value ?? "") && f.required === undefined) f.required = true;
  }
  const head = {
    id,
    name: city.name,
    number: paper.number ?? undefined,
    office: city.office,
    background: "form.pdf",
    paper: paper.size.toUpperCase() + (paper.landscape ? " landscape" : ""),
    for: paper.of ?? undefined,
    duplex: paper.sides === "two" ? "long" : undefined,
    copies: paper.copies ?? undefined,
    back_office: paper.qr === null ? undefined : true,
    qr_at: paper.qr === null ? undefined : paper.qr === "auto" ? [width - 26, 5.5, 13] : paper.qr,
    cover_note: paper.cover ?? undefined,
    size: paper.letter ?? undefined,
  };
  const body = single.map((f) => `[[field]]\n${lines(f)}\n`);
  const repeated = groups.filter((g) => g.row !== undefined);
  const lists = [...new Set(repeated.map((g) => g.group))].flatMap((group, i) => rows(repeated.filter((g) => g.group === group), i === 0 ? "members" : `members_${i + 1}`, city.words)).map((r) => [`[[field]]\n${lines(r.head)}\n`, ...r.columns.map((c) => `[[field.column]]\n${lines(c)}\n`)].join("\n"));
  return `# press が form.typ から書いたもの。手で直さず、form.typ を直して cargo xtask forms で刷り直す。\n${lines(head)}\n\n${[...body, ...lists].join("\n")}`;
}
