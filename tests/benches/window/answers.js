// Answers a whole interview from inside the page, one answer when the last one is seen, and notes what each took.
//
// arguments: what is said, by fact; how many belong to the household; and, last, whom to tell.
const [told, members, done] = arguments;
const asked = () => document.querySelector("section[data-fact]");
const over = () => !asked() && document.body.innerText.includes("聞き取りは終わりです");
const frame = () => new Promise((seen) => requestAnimationFrame(seen));
const pause = () => new Promise((go) => setTimeout(go, 30));
const button = (words) => [...asked().querySelectorAll("button")].find((one) => one.innerText.includes(words));
const option = (id) => asked().querySelector(`[data-option='${id}']`);

/** When the page has changed so that another question (or member, or the end) stands there. */
function changed(before) {
  return new Promise((tell) => {
    const look = () => {
      const now = asked();
      const other = over() || (now && `${now.dataset.fact} ${now.dataset.members}` !== before);
      if (other) {
        watch.disconnect();
        tell(performance.now());
      }
    };
    const watch = new MutationObserver(look);
    watch.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  });
}

function answer() {
  const { fact, kind } = asked().dataset;
  const said = told[fact];
  if (kind === "household") {
    if (Number(asked().dataset.members) < members) return button("もう1人加える").click();
    return button(members === 0 ? "だれもいない" : "これで全員").click();
  }
  if (said === undefined) return button("わからない").click();
  if (kind === "yes_no") return button(said ? "はい" : "いいえ").click();
  if (kind === "choice") return option(said).click();
  if (kind === "choices") {
    return button(said.length === 0 ? "どれもない" : "これで進む").click();
  }
  return asked().querySelector("form").requestSubmit();
}

/** Written and ticked beforehand: a person's fingers are not the program's time. */
function write() {
  const { fact, kind } = asked().dataset;
  if (kind === "choices") for (const one of told[fact] ?? []) option(one).click();
  const field = asked().querySelector("form input");
  if (!field || told[fact] === undefined) return;
  field.value = String(told[fact]);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

async function work() {
  const rows = [];
  while (!over()) {
    if (!asked()) {
      await pause();
      continue;
    }
    write();
    // The officer reads the next question; whatever the page still has to do is done by then.
    await pause();
    await frame();
    const { fact, members: there } = asked().dataset;
    const next = changed(`${fact} ${there}`);
    const begun = performance.now();
    answer();
    const drawn = await next;
    await frame();
    const first = performance.now();
    await frame();
    const seen = performance.now();
    rows.push({ fact, drawn: drawn - begun, first: first - begun, seen: seen - begun });
    // The least anything can take: a command that does nothing, and the same two frames.
    await pause();
    await frame();
    const idle = performance.now();
    await window.__TAURI_INTERNALS__.invoke("resident_window_open");
    const back = performance.now();
    await frame();
    await frame();
    Object.assign(rows.at(-1), { call: back - idle, still: performance.now() - idle });
  }
  return rows;
}

work().then(
  (rows) => done({ rows }),
  (error) => done({ error: `${error} ${asked()?.dataset.fact}` }),
);
