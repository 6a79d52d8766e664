// Everything works without this script. It starts GOV.UK Frontend's own behaviour, and turns a
// school's text box into a type-ahead where one is marked with data-school-search.
import { initAll } from "./govuk-frontend.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

document.querySelectorAll("input[data-school-search]").forEach(offerSchools);

function offerSchools(input) {
  const holder = document.createElement("div");
  const { id, name, value, className, dataset } = input;
  const describedBy = input.getAttribute("aria-describedby");
  // What is sent: the label of the chosen school, or what was typed, which the server understands.
  const sent = document.createElement("input");
  Object.assign(sent, { type: "hidden", name, value });
  input.replaceWith(holder);
  holder.after(sent);
  let waiting;
  let latest = "";

  async function found(query) {
    try {
      const answer = await fetch(`${dataset.schoolSearch}?q=${encodeURIComponent(query)}`);
      return answer.ok ? (await answer.json()).schools : [];
    } catch {
      return []; // no network: what was typed is still sent
    }
  }

  window.accessibleAutocomplete({
    element: holder,
    id,
    name: "",
    defaultValue: value,
    inputClasses: className,
    minLength: 2,
    displayMenu: "overlay",
    tNoResults: () => "No school found. Try its name, URN, postcode or town.",
    source(query, show) {
      latest = query;
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        const schools = await found(query);
        if (query === latest) show(schools); // an earlier answer may come later
      }, 200);
    },
    templates: {
      inputValue: (school) => (school ? school.label : ""),
      suggestion: (school) => escaped(typeof school === "string" ? school : school.label),
    },
    onConfirm(school) {
      if (school) sent.value = school.label;
    },
  });

  const box = document.getElementById(id);
  box.addEventListener("input", () => (sent.value = box.value));
  // Enter with no school highlighted sends the form, as it does without this script.
  holder.addEventListener(
    "keydown",
    (event) => {
      const highlighted = holder.querySelector("[role=option][aria-selected=true]");
      if (event.key === "Enter" && !highlighted) event.stopPropagation();
    },
    true,
  );
  if (describedBy) keepDescribed(box, describedBy);
}

// The type-ahead takes away the box's hint and fault once something is typed; they stay true.
function keepDescribed(box, describedBy) {
  const keep = () => {
    const present = box.getAttribute("aria-describedby") || "";
    if (!present.includes(describedBy)) {
      box.setAttribute("aria-describedby", `${describedBy} ${present}`.trim());
    }
  };
  new MutationObserver(keep).observe(box, { attributeFilter: ["aria-describedby"] });
  keep();
}

function escaped(text) {
  const holder = document.createElement("span");
  holder.textContent = text;
  return holder.innerHTML;
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button) setTimeout(() => (button.disabled = true));
});

// A page that comes back from the browser's memory can be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
});
