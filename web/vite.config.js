import { createHash } from "node:crypto";
import { defineConfig } from "vite";

const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Puts script and styles into the page, and tells the browser to run and load nothing else. */
const oneFile = {
  name: "one-file",
  enforce: "post",
  generateBundle(_options, bundle) {
    const files = Object.values(bundle);
    const page = files.find((file) => file.fileName === "index.html");
    const [code, ...more] = files.filter((file) => file.type === "chunk").map((file) => file.code.trim());
    const styles = files.filter((file) => file.fileName.endsWith(".css")).map((file) => String(file.source).trim());
    if (more.length > 0) throw new Error("the page must be one chunk");
    // Within a script these end it; in JavaScript's texts a backslash more changes nothing.
    const script = code.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
    const style = styles.join("\n");
    const policy = [
      "default-src 'none'", `script-src ${hash(script)}`, `style-src ${hash(style)}`,
      "connect-src 'self'", "img-src data:", "base-uri 'none'", "form-action 'none'",
    ].join("; ");
    page.source = String(page.source)
      .replace(/\s*<script type="module"[^>]*><\/script>/, "")
      .replace(/\s*<link rel="stylesheet"[^>]*>/, "")
      .replace("<!--policy-->", () => `<meta http-equiv="Content-Security-Policy" content="${policy}">`)
      .replace("<!--style-->", () => `<style>${style}</style>`)
      .replace("<!--script-->", () => `<script type="module">${script}</script>`);
    for (const file of files) if (file !== page) delete bundle[file.fileName];
  },
};

export default defineConfig({
  plugins: [oneFile],
  build: { target: "es2022", modulePreload: false, cssCodeSplit: false, assetsInlineLimit: 0, reportCompressedSize: false },
  // `npm run dev` before a running proxy.
  server: { proxy: { "/api": process.env.ONETRIP_API ?? "http://127.0.0.1:9188" } },
});
