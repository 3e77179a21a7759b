// Drives headless Chromium over its debugging pipe: no package, no port.
//
// node drive.mjs BROWSER, and on standard input {"base", "steps": [...]}; each step gives one line of JSON.
// A step: {"go": path} | {"fill": {selector: value}, "press": selector} | {"press": selector} | {"read": expression}
// | {"view": {"width", "dark", "scripts"}} | {"await": expression} | {"tell": address} | {"axe": file} | {"shot": file}.
// "await" waits, over whatever pages come, until the expression is true; "tell" asks an address of the test itself.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { base, steps } = JSON.parse(readFileSync(0, "utf8"));
const home = mkdtempSync(join(tmpdir(), "govwatch-drive-"));
const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
  "--remote-debugging-pipe", `--user-data-dir=${home}`, "--lang=en-US", "about:blank"];
const browser = spawn(process.argv[2], flags, { env: { ...process.env, TMPDIR: home }, stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
const [, , , to, from] = browser.stdio;

let last = 0;
const waiting = new Map();
const heard = [];
let rest = "";
from.on("data", (chunk) => {
  rest += chunk;
  const parts = rest.split("\0");
  rest = parts.pop();
  for (const part of parts) {
    const message = JSON.parse(part);
    if (message.id) {
      const { done, failed } = waiting.get(message.id);
      waiting.delete(message.id);
      message.error ? failed(new Error(JSON.stringify(message.error))) : done(message.result);
    } else {
      for (const listener of [...heard]) listener(message);
    }
  }
});
let session;
function ask(method, params = {}) {
  const id = ++last;
  to.write(JSON.stringify({ id, method, params, ...(session && { sessionId: session }) }) + "\0");
  return new Promise((done, failed) => waiting.set(id, { done, failed }));
}
async function value(expression) {
  const answer = await ask("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
  if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.exception?.description ?? expression);
  return answer.result.value;
}

// What must never happen: a dialog, or a request to anybody but the page itself.
const foreign = [];
heard.push((message) => {
  if (message.method === "Page.javascriptDialogOpening") {
    foreign.push("dialog");
    ask("Page.handleJavaScriptDialog", { accept: false });
  }
  const url = message.method === "Network.requestWillBeSent" && message.params.request.url;
  if (url && !url.startsWith(base) && !url.startsWith("data:")) foreign.push(url);
});

// The document that stands in the window, and those that are loaded. A page may reload itself: its load is not that of
// the page that is asked for next.
let standing;
const loads = new Set();
let turned = () => {};
heard.push((message) => {
  if (message.method === "Page.frameNavigated" && !message.params.frame.parentId) standing = message.params.frame.loaderId;
  else if (message.method === "Page.lifecycleEvent" && message.params.name === "load") loads.add(message.params.loaderId);
  else return;
  turned();
});
async function until(is, what) {
  const late = setTimeout(() => { throw new Error(`not loaded within a minute: ${what}`); }, 60_000);
  while (!is()) await new Promise((done) => { turned = done; });
  clearTimeout(late);
}
async function go(url) {
  const { loaderId, errorText } = await ask("Page.navigate", { url });
  if (errorText) throw new Error(`${url}: ${errorText}`);
  await until(() => loads.has(loaderId), url);
}
async function press(selector) {
  const before = standing;
  await value(`document.querySelector(${JSON.stringify(selector)}).click()`);
  await until(() => standing !== before && loads.has(standing), selector);
}

async function run(step) {
  if (step.view) {
    const { width = 1280, dark = false, scripts = true } = step.view;
    await ask("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: width < 600 });
    const features = [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }];
    await ask("Emulation.setEmulatedMedia", { features });
    await ask("Emulation.setScriptExecutionDisabled", { value: !scripts });
    return null;
  }
  if (step.go) return go(base + step.go);
  if (step.press) {
    for (const [selector, text] of Object.entries(step.fill ?? {})) {
      await value(`document.querySelector(${JSON.stringify(selector)}).value = ${JSON.stringify(text)}`);
    }
    return press(step.press);
  }
  if (step.await) {
    for (const end = Date.now() + 60_000; ; ) {
      // Between two pages there is nothing to ask.
      if (await value(step.await).catch(() => false)) return null;
      if (Date.now() > end) throw new Error(`did not come: ${step.await}, on ${await value("document.body.innerText")}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }
  if (step.tell) return fetch(step.tell).then(() => null);
  if (step.read) return value(step.read);
  if (step.axe) {
    await value(readFileSync(step.axe, "utf8") + ";0");
    return value(`axe.run({ resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
      "best-practice"] }).then((found) => found.violations.map((one) => [one.id, ...one.nodes.slice(0, 3).map((node) =>
      node.html.slice(0, 160) + " | " + node.failureSummary.slice(0, 300))]))`);
  }
  if (step.shot) {
    const { cssContentSize } = await ask("Page.getLayoutMetrics");
    const clip = { x: 0, y: 0, width: cssContentSize.width, height: Math.min(cssContentSize.height, 2400), scale: 1 };
    const { data } = await ask("Page.captureScreenshot", { clip, captureBeyondViewport: true });
    writeFileSync(step.shot, Buffer.from(data, "base64"));
    return null;
  }
  throw new Error(`no such step: ${JSON.stringify(step)}`);
}

let code = 0;
try {
  const { targetInfos } = await ask("Target.getTargets");
  const { targetId } = targetInfos.find((target) => target.type === "page");
  session = (await ask("Target.attachToTarget", { targetId, flatten: true })).sessionId;
  await ask("Page.enable");
  await ask("Page.setLifecycleEventsEnabled", { enabled: true });
  await ask("Network.enable");
  for (const step of steps) {
    const said = await run(step);
    if (step.read || step.axe) console.log(JSON.stringify(said));
  }
  console.log(JSON.stringify({ foreign }));
} catch (error) {
  console.error(error.stack);
  code = 1;
} finally {
  browser.kill("SIGKILL");
  await new Promise((done) => browser.once("close", done));
  // Its own processes may write for a moment after it.
  for (let left = 50; ; left--) {
    try {
      rmSync(home, { recursive: true, force: true });
      break;
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}
process.exit(code);
