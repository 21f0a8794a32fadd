// Comfort only: a ticked filter applies at once, and the filters start folded on a small screen.
(() => {
  "use strict";
  const form = document.getElementById("search");
  const filters = document.querySelector(".filters");
  if (!form || !filters) return;
  filters.addEventListener("change", (event) => {
    if (event.target.type === "checkbox") form.requestSubmit();
  });
  // Empty fields would only lengthen the address.
  form.addEventListener("submit", () => {
    for (const field of form.elements) {
      if (field.name && field.name !== "q" && field.type !== "checkbox" && !field.value) field.disabled = true;
    }
  });
  const fold = filters.querySelector(".fold");
  if (window.matchMedia("(max-width: 60rem)").matches) fold.open = false;
})();
