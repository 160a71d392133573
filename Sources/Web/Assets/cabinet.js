// Kabinet: the one script. Every page works without it. The same file is the service worker, because one file is
// easier to audit than two.
"use strict";
(typeof ServiceWorkerGlobalScope === "function" && self instanceof ServiceWorkerGlobalScope ? worker : page)();

// The worker keeps the public page /offline and its style sheet, and nothing of a subscriber.
function worker() {
  async function fill() {
    const response = await fetch("/offline", { cache: "reload", credentials: "omit" });
    if (!response.ok) throw response;
    const css = (await response.clone().text()).match(/href="([^"]+\.css)"/);
    await caches.delete("offline");
    const cache = await caches.open("offline");
    if (css) await cache.add(css[1]);
    await cache.put("/offline", response);
  }
  addEventListener("install", event => event.waitUntil(fill().then(() => skipWaiting())));
  addEventListener("fetch", event => {
    const { mode, destination, url } = event.request;
    const key = mode === "navigate" ? "/offline" : destination === "style" && url;
    if (!key) return;
    event.respondWith(fetch(event.request).catch(async () => (await caches.match(key)) || Response.error()));
  });
}

function page() {
  const words = document.body.dataset;
  const all = (selector, use) => document.querySelectorAll(selector).forEach(use);
  const again = () => location.replace(words.self || location.pathname + location.search);

  const live = document.createElement("output");
  live.className = "sr";
  document.body.append(live);

  // A second press sends nothing. The button is disabled after the event, because its value must be sent, and for
  // 15 s at most, because the reader can stop a slow page.
  addEventListener("submit", event => {
    const form = event.target;
    if (form.method !== "post" || "file" in form.dataset) return;
    if (form.dataset.sent) return event.preventDefault();
    live.textContent = words.busy || "";
    const button = event.submitter || form.querySelector("button");
    const busy = on => {
      form.dataset.sent = on ? "1" : "";
      button.disabled = on;
      button.setAttribute("aria-busy", on);
    };
    form.dataset.sent = "1";
    setTimeout(busy, 0, true);
    setTimeout(busy, 15000, false);
  });

  // "Back" must not show a balance that is old or of a visit that ended. So the page leaves hidden and returns anew.
  addEventListener("pagehide", event => { document.documentElement.hidden = event.persisted; });
  addEventListener("pageshow", event => { if (event.persisted) again(); });

  // The clock counts, because timers sleep with the device.
  const start = Date.now();
  const tick = () => {
    let running = false;
    all("[data-countdown], [data-while], [data-after]", item => {
      const { countdown, while: until, after } = item.dataset;
      const rest = Math.max(0, Math.ceil((countdown || until || after) - (Date.now() - start) / 1000));
      if (rest) running = true;
      if (countdown) item.textContent = Math.floor(rest / 60) + ":" + String(rest % 60).padStart(2, "0");
      if (until) item.hidden = !rest;
      if (after && item.hidden && !rest) live.textContent = words.ready || "";
      if (after) item.hidden = rest > 0;
    });
    if (running) setTimeout(tick, 500);
  };
  tick();

  all("[data-filter]", input => {
    const list = document.querySelector(input.dataset.filter);
    const plain = text => text.toLowerCase().replace(/ё/g, "е").replace(/\s+/g, " ").trim();
    const rows = Array.from(list.tBodies ? list.tBodies[0].rows : list.children);
    const box = input.parentElement;
    box.hidden = false;
    input.addEventListener("input", () => {
      const wanted = plain(input.value);
      rows.forEach(row => { row.hidden = !plain(row.textContent).includes(wanted); });
      const found = rows.filter(row => !row.hidden).length;
      box.querySelector("output").textContent = wanted && words.found.replace("{n}", found);
    });
  });

  // The waiting page asks, and moves on when the answer is no longer "wait". It does not reload itself each time,
  // because a screen reader would begin the page again.
  // The server holds each question for some seconds, so they follow each other.
  all("[data-reload]", async function ask(item) {
    try {
      const response = await fetch(location.href, { redirect: "manual", headers: { "X-Requested-With": "fetch" } });
      if (response.status < 500 && !(await response.text()).includes("data-reload")) return again();
    } catch (error) { /* The next turn asks again. */ }
    setTimeout(() => ask(item), item.dataset.reload * 1000);
  });

  all("[data-print]", button => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });

  addEventListener("keydown", event => {
    if (event.key === "Escape") all(".switcher[open]", item => {
      item.open = false;
      item.querySelector("summary").focus();
    });
  });

  all(".errors", item => item.focus());

  all("script[data-worker]", script => {
    if (navigator.serviceWorker) navigator.serviceWorker.register(script.dataset.worker).catch(() => {});
  });
}
