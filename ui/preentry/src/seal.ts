/**
 * From the document to the texts of the codes: DEFLATE, HPKE (RFC 9180), digits. `crates/qr/PRE-ENTRY.md` is the format.
 *
 * WebCrypto is not used: it is missing where a page is no "secure context", and a phone's file viewer is sometimes
 * none. The primitives are @noble's; only the random number comes from the browser.
 */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";

const VERSION = 1;
const PUBLIC = "madoka-pre-entry-public-1:";
const utf8 = (text: string) => new TextEncoder().encode(text);

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The 32 bytes of a public key as a city publishes it. */
export function publicKey(text: string): Uint8Array {
  if (!text.startsWith(PUBLIC)) throw new Error("not a public key");
  const bytes = Uint8Array.from(atob(text.slice(PUBLIC.length)), (letter) => letter.charCodeAt(0));
  if (bytes.length !== 32) throw new Error("not a public key");
  return bytes;
}

/** Raw DEFLATE; a browser without a compressor stores, which is DEFLATE too. */
export async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  let stream: CompressionStream;
  try {
    stream = new CompressionStream("deflate-raw");
  } catch {
    return stored(bytes);
  }
  const packed = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** RFC 1951 §3.2.4: blocks of at most 65,535 bytes as they are. */
export function stored(bytes: Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = [];
  let at = 0;
  do {
    const block = bytes.subarray(at, at + 0xffff);
    at += block.length;
    const [low, high] = [block.length & 0xff, block.length >> 8];
    blocks.push(Uint8Array.of(at < bytes.length ? 0 : 1, low, high, ~low & 0xff, ~high & 0xff), block);
  } while (at < bytes.length);
  return joined(...blocks);
}

const two = (number: number) => Uint8Array.of(number >> 8, number & 0xff);
/** RFC 9180 §7: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305. */
const KEM = joined(utf8("KEM"), two(0x0020));
const HPKE = joined(utf8("HPKE"), two(0x0020), two(0x0001), two(0x0003));
const NOTHING = new Uint8Array();

const labeledExtract = (suite: Uint8Array, salt: Uint8Array, label: string, secret: Uint8Array) =>
  extract(sha256, joined(utf8("HPKE-v1"), suite, utf8(label), secret), salt);
const labeledExpand = (suite: Uint8Array, key: Uint8Array, label: string, info: Uint8Array, length: number) =>
  expand(sha256, key, joined(two(length), utf8("HPKE-v1"), suite, utf8(label), info), length);

/** HPKE's single-shot seal in base mode. */
export function hpkeSeal(
  to: Uint8Array,
  info: Uint8Array,
  aad: Uint8Array,
  plain: Uint8Array,
  ephemeral: Uint8Array,
): Uint8Array {
  const encapsulated = x25519.getPublicKey(ephemeral);
  const dh = x25519.getSharedSecret(ephemeral, to);
  const eae = labeledExtract(KEM, NOTHING, "eae_prk", dh);
  const shared = labeledExpand(KEM, eae, "shared_secret", joined(encapsulated, to), 32);
  const context = joined(
    Uint8Array.of(0),
    labeledExtract(HPKE, NOTHING, "psk_id_hash", NOTHING),
    labeledExtract(HPKE, NOTHING, "info_hash", info),
  );
  const secret = labeledExtract(HPKE, shared, "secret", NOTHING);
  const key = labeledExpand(HPKE, secret, "key", context, 32);
  const nonce = labeledExpand(HPKE, secret, "base_nonce", context, 12);
  const sealed = chacha20poly1305(key, nonce, aad).encrypt(plain);
  for (const gone of [dh, eae, shared, secret, key, ephemeral]) gone.fill(0);
  return joined(encapsulated, sealed);
}

/** Check digits: `start` and all digits, these four included, leave 1 when divided by 9,973. */
function checkDigits(start: number, digits: string): string {
  let rest = start % 9973;
  for (const digit of `${digits}0000`) rest = (rest * 10 + Number(digit)) % 9973;
  return String((9973 + 1 - rest) % 9973).padStart(4, "0");
}

/** Seven bytes are seventeen digits; a shorter last group has fewer. */
const GROUP_DIGITS = [0, 3, 5, 8, 10, 13, 15, 17];

function digits(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 7) {
    const group = bytes.subarray(at, at + 7);
    let value = 0n;
    for (const byte of group) value = value * 256n + BigInt(byte);
    text += value.toString().padStart(GROUP_DIGITS[group.length] ?? 17, "0");
  }
  return text;
}

const PART_BYTES = 399;
const MOST_PARTS = 16;

/** The texts of the codes for an envelope. */
export function parts(envelope: Uint8Array): string[] {
  let number = 0n;
  for (const byte of sha256(envelope).subarray(0, 8)) number = number * 256n + BigInt(byte);
  const set = String(number % 1_000_000_000n).padStart(9, "0");
  const chunks = Math.ceil(envelope.length / PART_BYTES);
  const length = Math.ceil(envelope.length / chunks / 7) * 7;
  const total = Math.ceil(envelope.length / length);
  if (total > MOST_PARTS) throw new Error("too long");
  const two = (number: number) => String(number).padStart(2, "0");
  return Array.from({ length: total }, (_, at) => {
    const bytes = envelope.subarray(at * length, (at + 1) * length);
    const text = `71${two(at + 1)}${two(total)}${set}${digits(bytes)}`;
    return text + checkDigits(71, text);
  });
}

/** Seals a document for a city: the texts of its codes, in order. */
export async function seal(document: string, key: string): Promise<string[]> {
  const to = publicKey(key);
  const header = joined(Uint8Array.of(VERSION), sha256(to).subarray(0, 4));
  const ephemeral = crypto.getRandomValues(new Uint8Array(32));
  const packed = await deflate(joined(utf8(document)));
  return parts(joined(header, hpkeSeal(to, utf8("madoka pre-entry 1"), header, packed, ephemeral)));
}
