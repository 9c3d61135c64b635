// What a real browser says about a page, as it is seen on one kind of screen or on paper.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

/** Every kind of screen on which each page is looked at. The paper is A4 less its margins. */
export const VIEWS = [
  { name: "wide-light", width: 1280, height: 900, scheme: "light" },
  { name: "wide-dark", width: 1280, height: 900, scheme: "dark" },
  { name: "narrow-light", width: 390, height: 844, scheme: "light", phone: true },
  { name: "narrow-dark", width: 390, height: 844, scheme: "dark", phone: true },
  { name: "print", width: 718, height: 1046, scheme: "light", media: "print" },
];

/** What is checked on each of them. */
export const LOOKS = ["console", "requests", "policy", "width", "axe"];

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Starts the browser; the switches keep it from calling home. */
export function launch(executablePath) {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox", // it is root in a container, and the pages are ours
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Opens what each view needs: a tab as people have it, and one where the policy is lifted. */
export function openViews(browser) {
  return Promise.all(
    VIEWS.map(async (view) => ({
      view,
      plain: await openTab(browser, view, false),
      lifted: await openTab(browser, view, true),
    })),
  );
}

async function openTab(browser, view, bypassCSP) {
  const context = await browser.newContext({
    bypassCSP,
    viewport: { width: view.width, height: view.height },
    colorScheme: view.scheme,
    isMobile: Boolean(view.phone),
    hasTouch: Boolean(view.phone),
    offline: true,
  });
  const page = await context.newPage();
  await page.emulateMedia({ media: view.media ?? "screen", colorScheme: view.scheme });
  const tab = { page, said: [], requests: [] };
  page.on("console", (message) => tab.said.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => tab.said.push(`error: ${error.message}`));
  page.on("request", (request) => tab.requests.push(request.url()));
  return tab;
}

/** Looks at a file in one view: a list of faults for each of LOOKS. */
export async function look({ view, plain, lifted }, file, shot) {
  const url = pathToFileURL(file).href;
  await visit(plain, url);
  const policy = await plain.page.evaluate(policyFaults);
  // The caret would be hidden by a style of Playwright's own, which the page's policy forbids.
  if (shot) await plain.page.screenshot({ path: shot, fullPage: true, caret: "initial" });
  await plain.page.evaluate(openAll);
  const width = await plain.page.evaluate(widthFaults, view.width);

  // axe is a script, so it runs where the policy is lifted. That also shows what the policy kept
  // the page from asking for.
  await visit(lifted, url);
  await lifted.page.evaluate(openAll);
  await lifted.page.evaluate(AXE);
  const axe = await lifted.page.evaluate(axeFaults, {
    runOnly: AXE_TAGS,
    resultTypes: ["violations"],
    // Nobody touches paper.
    rules: { "target-size": { enabled: view.media !== "print" } },
  });

  const asked = new Set([...plain.requests, ...lifted.requests]);
  asked.delete(url);
  return { console: [...plain.said], requests: [...asked], policy, width, axe };
}

async function visit(tab, url) {
  tab.said.length = 0;
  tab.requests.length = 0;
  await tab.page.goto(url, { waitUntil: "load" });
}

// The functions below run inside the page.

/** What is folded away has to be as good as the rest. */
function openAll() {
  for (const details of document.querySelectorAll("details")) details.open = true;
}

function policyFaults() {
  const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.content;
  if (!policy) return ["the page has no Content-Security-Policy"];
  const parts = policy.split(";").map((part) => part.trim());
  const faults = parts
    .filter((part) => part.includes("'unsafe-") || part.includes("*"))
    .map((part) => `the policy is not strict: ${part}`);
  if (!parts.includes("default-src 'none'")) faults.push("the policy lacks default-src 'none'");
  return faults;
}

function widthFaults(width) {
  const wide = document.scrollingElement.scrollWidth;
  if (wide <= width) return [];
  const all = [...document.querySelectorAll("body *")];
  const widest = all.find((each) => Math.ceil(each.getBoundingClientRect().right) >= wide);
  const markup = widest?.outerHTML.slice(0, 80) ?? "";
  return [`the page is ${wide} pixels wide, the screen ${width}; see ${markup}`];
}

async function axeFaults(options) {
  const { violations } = await axe.run(document, options);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => {
      const why = [...node.any, ...node.all, ...node.none].map((check) => check.message);
      return `${id}: ${help}: ${node.target.join(" ")}: ${why.join("; ")}`;
    }),
  );
}
