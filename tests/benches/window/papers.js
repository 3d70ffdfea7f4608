// Opens 書類 from inside the page, and notes when the first page and when all of them can be seen.
//
// arguments: whom to tell.
const [done] = arguments;
const frame = () => new Promise((seen) => requestAnimationFrame(seen));
const press = (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const drawn = (css) =>
  [...document.querySelectorAll(css)].filter((one) => one.complete && one.naturalWidth > 0).length;

async function until(is) {
  while (!is()) await frame();
  await frame();
  return performance.now();
}

async function work() {
  const begun = performance.now();
  press("F5");
  const first = await until(() => drawn("section[aria-label='ページの見本'] img") === 1);
  const pages = () => document.querySelectorAll("nav[aria-label='ページ'] button").length;
  const all = await until(() => pages() > 0 && drawn("nav[aria-label='ページ'] img") === pages());
  const row = { first: first - begun, all: all - begun, pages: pages() };
  press("F4");
  await until(() => pages() === 0);
  return row;
}

work().then(done, (error) => done({ error: String(error) }));
