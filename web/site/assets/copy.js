// Buttons that copy the source they stand in, as it is in the file: without line numbers
// and without what came of the cases. Where there is no script, there are no buttons.
document.documentElement.classList.add("can-copy")

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]")
  if (!button) return
  const lines = button.closest(".code").querySelectorAll(".line__code")
  const source = [...lines].map((line) => line.textContent + "\n").join("")
  const said = button.parentElement.querySelector("[role=status]")
  said.textContent = "" // so that it is said again
  said.textContent = (await copied(source, button)) ? "Copied" : "Not allowed: select it, and copy it"
})

// copied reports whether a text could be copied. Over plain HTTP, as in a workshop, a
// page has no clipboard of its own, and can only copy what is selected.
async function copied(text, button) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const field = document.createElement("textarea")
    field.value = text
    document.body.append(field)
    field.select()
    const done = document.execCommand("copy")
    field.remove()
    button.focus()
    return done
  }
}
