"use strict";
(function () {
  const sheets = Array.from(document.querySelectorAll(".sheet"));
  const form = document.querySelector("form");
  const said = document.getElementById("said");
  const byId = new Map();
  for (const node of document.querySelectorAll("[data-i]")) {
    const list = byId.get(node.dataset.i) || [];
    list.push(node);
    byId.set(node.dataset.i, list);
  }
  const texts = new Map();
  function textOf(sheet) {
    if (!texts.has(sheet)) texts.set(sheet, sheet.textContent.toLowerCase());
    return texts.get(sheet);
  }
  function filter() {
    const words = form.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const kind = form.kind.value, country = form.country.value;
    const since = form.since.value, until = form.until.value;
    let shown = 0;
    for (const sheet of sheets) {
      const d = sheet.dataset;
      const fits = (!kind || d.kind === kind || d.kind.startsWith(kind + ".")) &&
        (!country || d.country === country) &&
        (!since || (d.last || "") >= since) && (!until || (d.first && d.first <= until + "~")) &&
        (!words.length || words.every((w) => textOf(sheet).includes(w)));
      for (const node of byId.get(d.i) || []) node.toggleAttribute("hidden", !fits);
      if (fits) shown += 1;
    }
    said.textContent = shown + " of " + sheets.length + " incidents";
  }
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter, 0));

  function openTarget() {
    const sheet = document.getElementById(location.hash.slice(1));
    if (sheet && sheet.tagName === "DETAILS") { sheet.open = true; sheet.scrollIntoView(); }
  }
  window.addEventListener("hashchange", openTarget);
  openTarget();

  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = sheets.filter((s) => !s.open);
    for (const sheet of opened) sheet.open = true;
  });
  window.addEventListener("afterprint", () => { for (const sheet of opened) sheet.open = false; });

  const map = document.getElementById("map");
  if (map) {
    const home = map.getAttribute("viewBox").split(" ").map(Number);
    let box = home.slice();
    const dots = Array.from(map.querySelectorAll(".dot"));
    function show() {
      map.setAttribute("viewBox", box.join(" "));
      const scale = box[2] / home[2];
      for (const dot of dots) dot.setAttribute("r", (Number(dot.dataset.r) * scale).toString());
    }
    function zoom(by, x, y) {
      const w = Math.min(Math.max(box[2] * by, 0.5), 720), h = w * home[3] / home[2];
      box = [x - (x - box[0]) * w / box[2], y - (y - box[1]) * h / box[3], w, h];
      show();
    }
    function middle(by) { zoom(by, box[0] + box[2] / 2, box[1] + box[3] / 2); }
    function move(dx, dy) { box[0] += dx * box[2]; box[1] += dy * box[3]; show(); }
    const doing = {
      in: () => middle(0.6), out: () => middle(1.7), all: () => { box = home.slice(); show(); },
      west: () => move(-0.2, 0), east: () => move(0.2, 0), north: () => move(0, -0.2), south: () => move(0, 0.2),
    };
    for (const button of document.querySelectorAll("[data-map]")) {
      button.addEventListener("click", () => doing[button.dataset.map]());
    }
    map.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const at = map.getBoundingClientRect();
      zoom(event.deltaY > 0 ? 1.2 : 0.8, box[0] + (event.clientX - at.left) / at.width * box[2],
        box[1] + (event.clientY - at.top) / at.height * box[3]);
    }, { passive: false });
    let held = null;
    map.addEventListener("pointerdown", (event) => { held = [event.clientX, event.clientY, box[0], box[1]]; });
    window.addEventListener("pointermove", (event) => {
      if (!held || !event.buttons) { held = null; return; }
      const at = map.getBoundingClientRect();
      box[0] = held[2] - (event.clientX - held[0]) / at.width * box[2];
      box[1] = held[3] - (event.clientY - held[1]) / at.height * box[3];
      show();
    });
  }
})();
