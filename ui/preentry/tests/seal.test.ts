import { inflateRawSync } from "node:zlib";
import { x25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { describe, expect, it } from "vitest";
import { deflate, hpkeSeal, parts, publicKey, seal, stored } from "../src/seal";
import { SMALL } from "./small";

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const utf8 = (text: string) => new TextEncoder().encode(text);

describe("封をする", () => {
  it("圧縮は、圧縮できないブラウザでも同じ文に戻る", async () => {
    for (const text of ["", "あ", "みなと野市".repeat(20_000)]) {
      const plain = utf8(text);
      expect(inflateRawSync(await deflate(plain)).toString()).toBe(text);
      expect(inflateRawSync(stored(plain)).toString()).toBe(text);
    }
  });

  it("RFC 9180 付録A.2の例と一致する", () => {
    // A.2.1.1, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305, base mode, sequence number 0.
    const ephemeral = bytes("f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600");
    const to = bytes("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a");
    const info = bytes("4f6465206f6e2061204772656369616e2055726e");
    const plain = bytes("4265617574792069732074727574682c20747275746820626561757479");
    const sealed = hpkeSeal(to, info, bytes("436f756e742d30"), plain, ephemeral);
    const hex = Buffer.from(sealed).toString("hex");
    expect(hex.slice(0, 64)).toBe("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a");
    expect(hex.slice(64)).toBe(
      "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28",
    );
  });

  it("長い文書は同じ大きさのコードに分かれ、短いものは一つになる", async () => {
    const long = parts(crypto.getRandomValues(new Uint8Array(1000)));
    expect(long.map((text) => text.slice(0, 6))).toEqual(["710103", "710203", "710303"]);
    expect(long.every((text) => /^\d{20,991}$/.test(text))).toBe(true);
    expect((await seal("{}", SMALL.key)).length).toBe(1);
    expect(() => parts(new Uint8Array(16 * 399 + 1))).toThrow("too long");
  });

  it("二度作れば別のコードになる", async () => {
    expect(await seal("{}", SMALL.key)).not.toEqual(await seal("{}", SMALL.key));
  });

  it("壊れた鍵では作らない", () => {
    expect(() => publicKey("madoka-pre-entry-public-1:AAAA")).toThrow();
    expect(() => publicKey(SMALL.key.replace("public", "secret"))).toThrow();
    expect(x25519.getPublicKey(sha256(utf8("x"))).length).toBe(32);
  });
});
