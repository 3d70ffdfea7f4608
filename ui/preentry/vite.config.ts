import { createHash } from "node:crypto";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import tailwindcss from "@tailwindcss/vite";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig, type ViteUserConfig } from "vitest/config";

type Plugin = NonNullable<ViteUserConfig["plugins"]>[number];

const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/**
 * Everything into the one HTML file, so that it works when opened from a memory stick; and a policy under which the page
 * runs its own script, wears its own style and connects to nothing. A pack's questions are put in later as data, which a
 * policy for scripts does not concern.
 */
const oneFile: Plugin = {
  name: "one-file",
  enforce: "post",
  generateBundle(_, bundle) {
    const html = bundle["index.html"];
    if (html?.type !== "asset") throw new Error("index.html is not built");
    let page = String(html.source);
    const policy = ["default-src 'none'", "img-src data:", "base-uri 'none'", "form-action 'none'"];
    for (const [name, part] of Object.entries(bundle)) {
      if (part.type === "chunk") {
        // Libraries leave addresses of their manuals in what they build; the page names no host.
        const code = `\n${part.code.replaceAll("https://svelte.dev/e/", "svelte:").replaceAll("</script", "<\\/script")}\n`;
        policy.push(`script-src ${hash(code)}`);
        page = page.replace(/ *<script type="module"[^>]*src=[^>]*><\/script>\n?/, "");
        page = page.replace("</body>", () => `<script type="module">${code}</script>\n  </body>`);
      } else if (name.endsWith(".css")) {
        const style = `\n${String(part.source).replaceAll("https://tailwindcss.com", "")}\n`;
        policy.push(`style-src ${hash(style)}`);
        page = page.replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${style}</style>`);
      } else continue;
      delete bundle[name];
    }
    const meta = `<meta http-equiv="Content-Security-Policy" content="${policy.join("; ")}" />`;
    html.source = page.replace(/<!-- The build puts.*-->/, meta);
  },
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [svelte({ configFile: "../svelte.config.js" }), tailwindcss(), svelteTesting(), oneFile],
  build: {
    outDir: "../dist-preentry",
    emptyOutDir: true,
    // Phones in use: an iPhone not updated since 2021 reads it.
    target: "safari15",
    modulePreload: false,
    cssCodeSplit: false,
  },
  test: { environment: "happy-dom", include: ["**/*.test.ts"], dir: import.meta.dirname },
});
