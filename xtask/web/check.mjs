// Holds pages against html-validate, a real browser and axe: `node check.mjs PAGES SHOTS`.
//
// PAGES is a folder of pages, SHOTS one for their screenshots; $CHROMIUM is the browser. Prints
// what is wrong, closes with `N passed, N failed`, and exits with 1 where something failed.

import { mkdir, readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { LOOKS, VIEWS, launch, look, openViews } from "./browser.mjs";
import { markup } from "./markup.mjs";

/** How many faults of one check are printed. */
const SHOWN = 5;

const counts = { passed: 0, failed: 0 };

function note(name, faults) {
  if (faults.length === 0) {
    counts.passed += 1;
    return;
  }
  counts.failed += 1;
  console.log(`FAILED ${name}`);
  for (const fault of faults.slice(0, SHOWN)) console.log(`       ${fault}`);
  if (faults.length > SHOWN) console.log(`       and ${faults.length - SHOWN} more`);
}

/** The HTML files of a folder and the folders in it. */
async function pagesOf(folder) {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.endsWith(".html")).sort();
}

/** A site lists its files in one of this name. */
const MANIFEST = ".tracking-site";

/** Of a site, one page of each kind is looked at; the others differ in their names only. */
function kindOf(name) {
  const [, kind] = /^(task|user|run|day|by|last|tasks|users|runs|tracks)-/.exec(name) ?? [];
  return kind ?? name;
}

/** The pages that are looked at in the browser. */
async function lookedAt(folder, names) {
  const seen = new Set();
  const wanted = [];
  for (const name of names) {
    const site = path.dirname(name);
    const isOfSite = await readFile(path.join(folder, site, MANIFEST)).then(
      () => true,
      () => false,
    );
    const kind = kindOf(path.basename(name));
    // These have names and numbers of their own on each site; the rest is the same on all.
    const isOfEach = ["index.html", "task", "user", "run"].includes(kind);
    const key = isOfEach ? `${site}/${kind}` : kind;
    if (isOfSite && seen.has(key)) continue;
    seen.add(key);
    wanted.push(name);
  }
  return wanted;
}

/** Links of a page of a site that lead nowhere. */
async function deadLinks(folder, names) {
  const there = new Set(names);
  const faults = [];
  for (const name of names) {
    const text = await readFile(path.join(folder, name), "utf8");
    for (const [, link] of text.matchAll(/ href="([^"#]+)"/g)) {
      const target = path.join(path.dirname(name), link);
      const isPage = link.endsWith(".html") && !link.includes(":");
      if (isPage && !there.has(target)) faults.push(`${name} leads to ${link}`);
    }
  }
  return faults;
}

/** All faults of a page: check -> list. Leaves screenshots where `shots` is a folder. */
async function check(views, folder, name, shots) {
  const file = path.resolve(folder, name);
  const found = new Map([["markup", await markup(file)]]);
  const stem = name.replace(/\.html$/, "").replaceAll("/", "-");
  const looks = views.map((each) =>
    look(each, file, shots && path.join(shots, `${stem}-${each.view.name}.png`)),
  );
  for (const [at, faults] of (await Promise.all(looks)).entries()) {
    for (const what of LOOKS) found.set(`${what} ${views[at].view.name}`, faults[what]);
  }
  return found;
}

/** Pages that are wrong on purpose say in a comment which checks have to catch them. */
async function expected(file) {
  const [, list] = /<!-- caught by: (.*?) -->/.exec(await readFile(file, "utf8")) ?? [];
  if (!list) throw new Error(`${file} does not say which checks it is caught by`);
  return list.split(", ").flatMap((item) => {
    const everywhere = LOOKS.includes(item);
    return everywhere ? VIEWS.map((view) => `${item} ${view.name}`) : [item];
  });
}

/** A check that catches nothing is worth nothing: each of these must be caught, by those alone. */
async function checkTheChecks(views) {
  const folder = fileURLToPath(new URL("broken", import.meta.url));
  for (const name of await pagesOf(folder)) {
    const found = await check(views, folder, name);
    const caught = [...found].filter(([, faults]) => faults.length > 0).map(([what]) => what);
    const wanted = await expected(path.join(folder, name));
    note(`broken/${name}`, [
      ...wanted.filter((what) => !caught.includes(what)).map((what) => `not caught by: ${what}`),
      ...caught
        .filter((what) => !wanted.includes(what))
        .map((what) => `also caught by: ${what}: ${found.get(what)[0]}`),
    ]);
  }
}

const [pages, shots] = process.argv.slice(2);
if (!pages || !shots || !process.env.CHROMIUM) {
  console.error("usage: CHROMIUM=... node check.mjs PAGES SHOTS");
  process.exit(2);
}
await mkdir(shots, { recursive: true });
const browser = await launch(process.env.CHROMIUM);
try {
  const views = await openViews(browser);
  const names = await pagesOf(pages);
  if (names.length === 0) note("pages", [`there are none in ${pages}`]);
  const sites = names.filter((name) => /^(demo|site)\//.test(name));
  if (sites.length === 0) note("sites", ["there are none"]);
  note("links of sites", await deadLinks(pages, sites));
  for (const name of await lookedAt(pages, names)) {
    const found = await check(views, pages, name, shots);
    for (const [what, faults] of found) note(`${name}: ${what}`, faults);
    const bad = [...found.values()].filter((faults) => faults.length > 0).length;
    console.log(`${name}: ${found.size - bad} of ${found.size} checks passed`);
  }
  await checkTheChecks(views);
} finally {
  await browser.close();
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed > 0 ? 1 : 0;
