// Everything works without this script. It starts GOV.UK Frontend's own behaviour, and turns a
// school's text box into a type-ahead where one is marked with data-school-search.
import { initAll } from "./govuk-frontend.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

for (const input of document.querySelectorAll("input[data-school-search]")) {
  const holder = document.createElement("div");
  const { id, name, value, dataset } = input;
  const describedBy = input.getAttribute("aria-describedby");
  const chosen = document.createElement("input");
  Object.assign(chosen, { type: "hidden", name, value });
  input.replaceWith(holder);
  holder.after(chosen);
  let waiting;
  window.accessibleAutocomplete({
    element: holder,
    id,
    name: "",
    defaultValue: value,
    minLength: 2,
    displayMenu: "overlay",
    tNoResults: () => "No school found. Try its name, URN, postcode or town.",
    source(query, show) {
      chosen.value = query;
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        const answer = await fetch(`${dataset.schoolSearch}?q=${encodeURIComponent(query)}`);
        show(answer.ok ? (await answer.json()).schools : []);
      }, 200);
    },
    templates: {
      inputValue: (school) => (school ? school.label : ""),
      suggestion: (school) => (typeof school === "string" ? school : school.label),
    },
    onConfirm(school) {
      if (school) chosen.value = school.label;
    },
  });
  if (describedBy) document.getElementById(id)?.setAttribute("aria-describedby", describedBy);
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button) setTimeout(() => (button.disabled = true));
});
