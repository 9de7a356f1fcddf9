// The page of a work: its citation beside the form.

import { follow } from "./live.js";

for (const part of document.querySelectorAll("[data-work-form]")) follow(part);
