
"use strict";
// Adds searching and sorting to tables that stand complete without them.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const original = [...body.rows];

  const tools = document.createElement("p");
  tools.className = "tools";
  const input = document.createElement("input");
  input.type = "search";
  input.placeholder = input.ariaLabel = table.dataset.search;
  const found = document.createElement("span");
  found.setAttribute("role", "status");
  tools.append(input, " ", found);
  table.parentElement.before(tools);
  input.addEventListener("input", () => {
    const words = input.value.trim().toLowerCase().split(/\s+/);
    let shown = 0;
    for (const row of original) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    found.textContent = input.value.trim() ? shown + " / " + original.length : "";
  });

  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    // A real button is not painted where a heading is repeated on the next sheet of paper.
    const button = document.createElement("span");
    button.setAttribute("role", "button");
    button.tabIndex = 0;
    button.append(...heading.childNodes);
    heading.append(button);
    const isText = heading.classList.contains("t");
    const value = (row) => {
      const text = row.cells[column].textContent;
      return isText ? text : Number(text.replaceAll(",", "")) || 0;
    };
    button.addEventListener("click", () => {
      const first = isText ? "ascending" : "descending";
      const second = isText ? "descending" : "ascending";
      const now = heading.getAttribute("aria-sort");
      const next = now === first ? second : now === second ? null : first;
      headings.forEach((other) => other.removeAttribute("aria-sort"));
      let rows = original;
      if (next) {
        heading.setAttribute("aria-sort", next);
        const sign = next === "ascending" ? 1 : -1;
        const compare = (a, b) => isText ? a.localeCompare(b, "zh-CN") : a - b;
        rows = [...original].sort((a, b) => sign * compare(value(a), value(b)));
      }
      body.append(...rows);
    });
    button.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        button.click();
      }
    });
  });
}

// A link to a rule opens it; what is folded is printed open.
const open = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const details = target && target.querySelector("details");
  if (details) details.open = true;
};
addEventListener("hashchange", open);
open();
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details:not([open])")) {
    details.open = true;
    details.dataset.shut = "";
  }
});
addEventListener("afterprint", () => {
  for (const details of document.querySelectorAll("details[data-shut]")) {
    details.open = false;
    delete details.dataset.shut;
  }
});
