// Kabinet: the one script, an enhancement only. Every page works without it.
// The same file is the service worker, because one file is easier to audit than two.
"use strict";
(typeof ServiceWorkerGlobalScope === "function" && self instanceof ServiceWorkerGlobalScope ? worker : page)();

// The worker keeps the public page /offline and its style sheet, and nothing that belongs to a subscriber.
function worker() {
  const store = "kabinet-offline";

  async function fill() {
    const response = await fetch("/offline", { cache: "reload" });
    if (!response.ok || response.redirected) throw new Error("no offline page");
    const css = (await response.clone().text()).match(/href="([^"]+\.css)"/);
    await caches.delete(store);
    const cache = await caches.open(store);
    if (css) await cache.add(css[1]);
    await cache.put("/offline", response);
  }

  self.addEventListener("install", event => event.waitUntil(fill().then(() => self.skipWaiting())));
  self.addEventListener("activate", event => event.waitUntil(self.clients.claim()));
  self.addEventListener("fetch", event => {
    const { request } = event;
    const saved = request.mode === "navigate" ? "/offline" : request.destination === "style" ? request : null;
    if (!saved) return;
    event.respondWith(fetch(request).catch(async () => (await caches.match(saved)) || Response.error()));
  });
}

function page() {
  const words = document.body.dataset;
  const all = (selector, use) => document.querySelectorAll(selector).forEach(use);
  const addressOfPage = () => words.self || location.pathname + location.search;

  // A screen reader hears these words; nobody sees them.
  const live = document.createElement("p");
  live.className = "sr";
  live.setAttribute("role", "status");
  document.body.append(live);

  // A second press sends nothing. The button is disabled after the event, because its name and value must be sent.
  // It recovers after 15 s, because the reader can stop a slow page without any event.
  document.addEventListener("submit", event => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-file") || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    const button = event.submitter || form.querySelector("button");
    live.textContent = words.busy || "";
    setTimeout(() => busy(form, button, true));
    setTimeout(() => busy(form, button, false), 15000);
  });
  function busy(form, button, on) {
    if (!on) delete form.dataset.sent;
    if (!button) return;
    button.disabled = on;
    if (on) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  }

  // "Back" must not show a balance that is old or belongs to a visit that ended. The page is hidden on the way out
  // and asked for again on the way back.
  addEventListener("pagehide", event => { if (event.persisted) document.documentElement.hidden = true; });
  addEventListener("pageshow", event => { if (event.persisted) location.replace(addressOfPage()); });

  // Countdowns run by the clock, because timers sleep with the device.
  const start = Date.now();
  const left = seconds => Math.max(0, Math.ceil(seconds - (Date.now() - start) / 1000));
  function tick() {
    let running = false;
    all("[data-countdown]", item => {
      const rest = left(+item.dataset.countdown);
      item.textContent = Math.floor(rest / 60) + ":" + String(rest % 60).padStart(2, "0");
      running = running || rest > 0;
    });
    all("[data-while]", item => { item.hidden = left(+item.dataset.while) === 0; });
    all("[data-after]", item => {
      const rest = left(+item.dataset.after);
      if (item.hidden && rest === 0) live.textContent = words.ready || "";
      item.hidden = rest > 0;
      running = running || rest > 0;
    });
    if (running) setTimeout(tick, 500);
  }
  tick();

  all("input[data-filter]", input => {
    const list = document.querySelector(input.dataset.filter);
    const box = input.closest("[hidden]");
    const output = input.parentElement.querySelector("output");
    if (!list) return;
    if (box) box.hidden = false;
    const plain = text => text.toLowerCase().replace(/ё/g, "е").trim();
    const items = Array.from(list.tBodies ? list.tBodies[0].rows : list.children, item => [item, plain(item.textContent)]);
    input.addEventListener("input", () => {
      const wanted = plain(input.value);
      let found = 0;
      for (const [item, text] of items) {
        item.hidden = !text.includes(wanted);
        if (!item.hidden) found += 1;
      }
      if (output) output.textContent = wanted ? (words.found || "{n}").replace("{n}", found) : "";
    });
  });

  // The waiting page asks quietly and moves on when the answer is no longer "wait". It does not reload itself each
  // time, because a screen reader would begin the page again.
  const waiting = document.querySelector("[data-reload]");
  async function ask() {
    try {
      // The server holds the request until there is an answer, or for some seconds.
      const response = await fetch(location.href, { redirect: "manual", headers: { "X-Requested-With": "fetch" } });
      if (!response.ok || !(await response.text()).includes("data-reload")) return location.replace(addressOfPage());
    } catch (error) { /* No network: the next turn asks again. */ }
    setTimeout(ask, 1000 * (+waiting.dataset.reload || 3));
  }
  if (waiting) ask();

  all("[data-print]", button => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });

  // An open list of numbers closes on Escape and on a press elsewhere.
  const close = event => all("details.switcher[open]", item => {
    if (event.type === "keydown" ? event.key === "Escape" : !item.contains(event.target)) {
      if (item.contains(document.activeElement)) item.querySelector("summary").focus();
      item.open = false;
    }
  });
  addEventListener("keydown", close);
  addEventListener("click", close);

  const errors = document.querySelector(".errors");
  if (errors) errors.focus();

  const script = document.querySelector("script[data-worker]");
  if (script && navigator.serviceWorker) navigator.serviceWorker.register(script.dataset.worker).catch(() => {});
}
