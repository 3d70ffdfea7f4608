// 画面用のヒント命令を書体から落とす。紙の刷り上がりは変わらず、一枚の PDF が三割ほど小さくなる。
const DROPPED = new Set(["fpgm", "prep", "cvt ", "hdmx", "VDMX", "LTSH", "gasp", "DSIG"]);
const INSTRUCTIONS = 0x0100;
const MORE = 0x0020;

function glyph(bytes) {
  if (bytes.length < 10) return bytes;
  const contours = bytes.readInt16BE(0);
  if (contours >= 0) {
    const at = 10 + contours * 2;
    const length = bytes.readUInt16BE(at);
    return Buffer.concat([bytes.subarray(0, at), Buffer.from([0, 0]), bytes.subarray(at + 2 + length)]);
  }
  const copy = Buffer.from(bytes);
  let at = 10;
  for (let more = true; more;) {
    const flags = copy.readUInt16BE(at);
    copy.writeUInt16BE(flags & ~INSTRUCTIONS, at);
    more = (flags & MORE) !== 0;
    at += 4 + (flags & 1 ? 4 : 2) + (flags & 0x08 ? 2 : flags & 0x40 ? 4 : flags & 0x80 ? 8 : 0);
  }
  return copy.subarray(0, at);
}

export function unhinted(font) {
  const tables = new Map();
  for (let i = 0; i < font.readUInt16BE(4); i += 1) {
    const at = 12 + i * 16;
    const offset = font.readUInt32BE(at + 8);
    tables.set(font.toString("latin1", at, at + 4), font.subarray(offset, offset + font.readUInt32BE(at + 12)));
  }
  const [head, loca, glyf, maxp] = ["head", "loca", "glyf", "maxp"].map((name) => tables.get(name));
  if (!glyf) return font;
  const count = maxp.readUInt16BE(4);
  const long = head.readInt16BE(50) === 1;
  const offset = (i) => (long ? loca.readUInt32BE(i * 4) : loca.readUInt16BE(i * 2) * 2);
  const glyphs = [];
  const offsets = Buffer.alloc((count + 1) * 4);
  let end = 0;
  for (let i = 0; i < count; i += 1) {
    const one = glyph(glyf.subarray(offset(i), offset(i + 1)));
    const padded = Buffer.concat([one, Buffer.alloc((4 - (one.length % 4)) % 4)]);
    glyphs.push(padded);
    end += padded.length;
    offsets.writeUInt32BE(end, (i + 1) * 4);
  }
  const longHead = Buffer.from(head);
  longHead.writeInt16BE(1, 50);
  tables.set("glyf", Buffer.concat(glyphs)).set("loca", offsets).set("head", longHead);
  const kept = [...tables].filter(([name]) => !DROPPED.has(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  const directory = Buffer.alloc(12 + kept.length * 16);
  font.copy(directory, 0, 0, 4);
  directory.writeUInt16BE(kept.length, 4);
  const body = [];
  let position = directory.length;
  kept.forEach(([name, bytes], i) => {
    const at = 12 + i * 16;
    directory.write(name, at, "latin1");
    directory.writeUInt32BE(position, at + 8);
    directory.writeUInt32BE(bytes.length, at + 12);
    const padded = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
    body.push(padded);
    position += padded.length;
  });
  return Buffer.concat([directory, ...body]);
}
